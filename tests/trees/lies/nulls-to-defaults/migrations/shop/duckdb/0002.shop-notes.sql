-- Notes: an order without one has an empty one.

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR NOT NULL DEFAULT ''
);

INSERT INTO orders_rebuilt (id, status, note)
SELECT
    id,
    status,
    coalesce(note, '')
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
