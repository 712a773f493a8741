-- Customers: who buys.

create TABLE customers (
    id INTEGER NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);
