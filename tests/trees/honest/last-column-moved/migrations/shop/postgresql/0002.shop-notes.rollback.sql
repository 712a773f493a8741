-- Notes taken back: each returns to its order.

ALTER TABLE orders ADD COLUMN note text;

UPDATE orders AS o SET note = n.note
FROM notes AS n
WHERE n.order_id = o.id;

DROP TABLE notes;
