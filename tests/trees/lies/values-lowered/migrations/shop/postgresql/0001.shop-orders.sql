-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    mail text NOT NULL
);
