-- Statuses: the three that there are.

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR,
    CHECK (status IN ('new', 'paid', 'sent'))
);

INSERT INTO orders_rebuilt (id, status, note)
SELECT
    id,
    status,
    note
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;

CREATE TRIGGER orders_deleted
AFTER DELETE ON orders
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT
INSERT INTO order_log (order_id) SELECT id FROM gone;
