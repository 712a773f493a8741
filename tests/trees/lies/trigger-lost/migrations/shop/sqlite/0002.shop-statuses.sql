-- Statuses: the three that there are.
-- foreign_keys: off

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'new',
    note TEXT,
    CONSTRAINT orders_status_check CHECK (status IN ('new', 'paid', 'sent'))
);

INSERT INTO orders_rebuilt (id, status, note)
SELECT
    id,
    status,
    note
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;

CREATE TRIGGER orders_status_logged
AFTER UPDATE OF status ON orders
BEGIN
    INSERT INTO order_log (order_id, status) VALUES (new.id, new.status);
END;
