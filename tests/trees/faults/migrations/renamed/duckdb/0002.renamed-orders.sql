-- Orders: what they buy.

CREATE TABLE orders_new (
    id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id)
);

ALTER TABLE orders_new RENAME TO orders;
