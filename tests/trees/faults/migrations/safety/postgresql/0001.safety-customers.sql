-- Customers: who buys.

CREATE TABLE customers (
    id bigint NOT NULL,
    name text NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);
