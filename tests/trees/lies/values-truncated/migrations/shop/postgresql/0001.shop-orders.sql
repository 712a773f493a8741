-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    price numeric(10, 2) NOT NULL
);
