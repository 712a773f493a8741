-- Customers: who buys.

CREATE TABLE customers (
    id bigint NOT NULL,
    name text NOT NULL,
    PRIMARY KEY id
);
