-- Returned: a status more.

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR,
    CHECK (status IN ('new', 'paid', 'sent', 'returned'))
);

INSERT INTO orders_rebuilt (id, status, note)
SELECT
    id,
    status,
    note
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
