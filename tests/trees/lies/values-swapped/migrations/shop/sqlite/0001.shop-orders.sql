-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    bill_to TEXT,
    ship_to TEXT
);
