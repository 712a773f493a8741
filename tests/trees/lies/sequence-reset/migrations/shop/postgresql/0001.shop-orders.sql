-- Orders: what was bought.

CREATE TABLE orders (
    id serial PRIMARY KEY,
    status text NOT NULL DEFAULT 'new',
    note text
);
