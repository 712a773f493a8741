-- Notes taken back: each returns to its order.

ALTER TABLE orders ADD COLUMN note VARCHAR;

UPDATE orders SET note = (SELECT n.note FROM notes AS n WHERE n.order_id = orders.id);

DROP TABLE notes;
