-- Customers: who buys.

CREATE TABLE customers (
    id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);
