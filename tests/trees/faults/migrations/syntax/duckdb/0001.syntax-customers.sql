-- Customers: who buys.

CREATE TABLE customers (
    id INTEGER NOT NULL,
    full_name VARCHAR NOT NULL,
    PRIMARY KEY id
);
