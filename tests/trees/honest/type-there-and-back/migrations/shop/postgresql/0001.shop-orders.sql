-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    amount integer NOT NULL DEFAULT 0
);
