-- Orders: what they buy.

CREATE TABLE orders (
    id bigint NOT NULL,
    name text NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (id)
);

CREATE TYPE order_state AS ENUM ('open', 'paid');
