-- Statuses taken back: any is allowed; the table makes way, and is copied.
-- foreign_keys: off

ALTER TABLE orders RENAME TO orders_checked;

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'new',
    note TEXT
);

INSERT INTO orders (id, status, note)
SELECT
    id,
    status,
    note
FROM orders_checked;

DROP TABLE orders_checked;
