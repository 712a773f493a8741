-- Notes taken back: each returns to its order.

UPDATE orders SET note = (SELECT min(n.note) FROM notes AS n);

DROP TABLE notes;
