-- Orders: what was bought. Older shops have the table already.
-- adopts: orders

CREATE TABLE orders (
    id integer PRIMARY KEY,
    status text NOT NULL DEFAULT 'new',
    note text
);
