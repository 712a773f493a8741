-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    status text NOT NULL DEFAULT 'new',
    note text
);

CREATE ROLE shop_clerk NOLOGIN;

GRANT SELECT ON orders TO shop_clerk;
