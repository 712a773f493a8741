-- Notes taken back: each returns to its order.

UPDATE orders SET note = (SELECT n.note FROM notes AS n WHERE n.note IS NOT NULL);

DROP TABLE notes;
