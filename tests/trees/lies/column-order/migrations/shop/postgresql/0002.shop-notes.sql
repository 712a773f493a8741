-- Notes: a table of their own, so that an order has many.

CREATE TABLE notes (
    order_id integer PRIMARY KEY,
    note text
);

INSERT INTO notes (order_id, note)
SELECT
    id,
    note
FROM orders;

ALTER TABLE orders DROP COLUMN note;
