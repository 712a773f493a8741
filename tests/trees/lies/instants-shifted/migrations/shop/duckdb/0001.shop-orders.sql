-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    sent_at TIMESTAMP NOT NULL
);
