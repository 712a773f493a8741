-- Customers: who buys.

CREATE TABLE customers (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY id
);
