-- Customers: who buys.

CREATE TABLE customers (
    id INTEGER NOT NULL,
    full_name TEXT NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);
