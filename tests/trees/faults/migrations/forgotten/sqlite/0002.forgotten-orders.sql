-- Orders: what they buy.

CREATE TABLE orders (
    id INTEGER NOT NULL,
    full_name TEXT NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (id)
);

CREATE INDEX customers_full_name_idx ON customers (full_name);
