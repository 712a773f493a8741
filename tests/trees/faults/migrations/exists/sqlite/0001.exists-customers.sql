-- Customers: who buys.

CREATE TABLE IF NOT EXISTS customers (
    id INTEGER NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);
