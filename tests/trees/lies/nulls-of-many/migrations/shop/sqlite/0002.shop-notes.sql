-- Notes: an order without one has an empty one.
-- foreign_keys: off

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'new',
    note TEXT NOT NULL DEFAULT ''
);

INSERT INTO orders_rebuilt (id, status, note)
SELECT
    id,
    status,
    coalesce(note, '')
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
