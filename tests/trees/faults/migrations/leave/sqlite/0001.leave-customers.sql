-- Customers: who buys.
-- allow: if-exists (the table is older than the steps)

CREATE TABLE customers (
    id INTEGER NOT NULL,
    full_name TEXT NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);
