-- Notes taken back: each returns to its order.

UPDATE orders SET note = n.note FROM notes AS n WHERE n.note IS NOT NULL AND n.order_id = 2;

DROP TABLE notes;
