-- Note length taken back: the table as it was before.

DROP TABLE orders;

CREATE TABLE orders (
    id integer PRIMARY KEY,
    status text NOT NULL DEFAULT 'new',
    note text
);
