-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    status text NOT NULL DEFAULT 'new',
    note text
);

CREATE UNIQUE INDEX orders_note_idx ON orders (note);
