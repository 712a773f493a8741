-- Customers: who buys.

CREATE TABLE customers (
    id bigint NOT NULL,
    state customer_state NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);
