-- Notes: a table of their own, so that an order has many.

CREATE TABLE notes (
    order_id INTEGER PRIMARY KEY,
    note TEXT
);

INSERT INTO notes (order_id, note)
SELECT
    id,
    note
FROM orders;

UPDATE orders SET note = NULL;
