-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    price integer NOT NULL
);
