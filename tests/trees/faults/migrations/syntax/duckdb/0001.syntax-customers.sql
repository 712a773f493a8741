-- Customers: who buys.

CREATE TABLE customers (
    id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    PRIMARY KEY id
);
