-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    sent_at timestamp NOT NULL
);
