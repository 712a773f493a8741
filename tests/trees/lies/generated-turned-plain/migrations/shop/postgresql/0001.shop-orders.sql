-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    pieces integer NOT NULL,
    price integer NOT NULL,
    total integer GENERATED ALWAYS AS (pieces * price) STORED
);
