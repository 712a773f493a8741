-- Orders: what was bought.

CREATE DOMAIN amount AS integer CONSTRAINT amount_check CHECK (VALUE >= 0);

CREATE TABLE orders (
    id integer PRIMARY KEY,
    amount amount NOT NULL
);
