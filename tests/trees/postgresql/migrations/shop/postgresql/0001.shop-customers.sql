-- Customers: who buys.
-- seed: none, this tree is for tests

CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL
);

CREATE INDEX customers_name_idx ON customers (name);
