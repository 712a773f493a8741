-- Note length: a note is one line.

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR,
    CHECK (length(note) <= 80)
);

INSERT INTO orders_rebuilt (id, status, note)
SELECT
    id,
    status,
    note
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
