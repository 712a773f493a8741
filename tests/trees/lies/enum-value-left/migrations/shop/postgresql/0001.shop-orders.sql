-- Orders: what was bought.

CREATE TYPE order_kind AS ENUM ('web', 'shop');

CREATE TABLE orders (
    id integer PRIMARY KEY,
    kind order_kind NOT NULL
);
