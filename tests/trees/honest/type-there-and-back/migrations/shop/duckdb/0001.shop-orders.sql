-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    amount INTEGER NOT NULL DEFAULT 0
);
