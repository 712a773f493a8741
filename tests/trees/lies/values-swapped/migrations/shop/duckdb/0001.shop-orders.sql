-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    bill_to VARCHAR,
    ship_to VARCHAR
);
