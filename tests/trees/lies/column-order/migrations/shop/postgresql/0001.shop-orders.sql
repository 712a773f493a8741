-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    note text,
    status text NOT NULL DEFAULT 'new'
);
