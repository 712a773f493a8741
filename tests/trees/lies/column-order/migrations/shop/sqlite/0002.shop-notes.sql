-- Notes: a table of their own, so that an order has many.

CREATE TABLE notes (
    order_id INTEGER PRIMARY KEY,
    note TEXT NOT NULL
);

INSERT INTO notes (order_id, note)
SELECT
    id,
    note
FROM orders
WHERE note IS NOT NULL;

ALTER TABLE orders DROP COLUMN note;
