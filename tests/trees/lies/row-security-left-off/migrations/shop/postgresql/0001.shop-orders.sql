-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    status text NOT NULL DEFAULT 'new',
    note text
);

ALTER TABLE orders ENABLE ROW LEVEL SECURITY;

CREATE POLICY orders_of_all ON orders USING (status <> 'draft');
