-- Orders: what they buy.

CREATE TABLE orders (
    id BIGINT NOT NULL,
    full_name TEXT NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (id)
);

CREATE SEQUENCE order_numbers;
