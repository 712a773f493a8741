-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    form json NOT NULL
);
