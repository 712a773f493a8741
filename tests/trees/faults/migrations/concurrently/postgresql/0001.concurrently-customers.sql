-- Customers: who buys.

CREATE TABLE customers (
    id BIGINT NOT NULL,
    full_name TEXT NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);
