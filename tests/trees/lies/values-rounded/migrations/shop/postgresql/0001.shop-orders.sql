-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    weight double precision NOT NULL
);
