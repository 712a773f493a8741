-- Customers: who buys.

CREATE TABLE customers (
    id BIGINT NOT NULL,
    since DATE NOT NULL DEFAULT first_day(),
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);
