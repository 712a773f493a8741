-- Statuses: the three that there are.

DROP VIEW open_orders;

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

CREATE INDEX orders_note_idx ON orders (note);

CREATE VIEW open_orders AS
SELECT
    id,
    note
FROM orders
WHERE status <> 'sent';

COMMENT ON VIEW open_orders IS 'for the warehouse';

COMMENT ON COLUMN open_orders.note IS 'of the customer';

COMMENT ON INDEX orders_note_idx IS 'for the help desk';

COMMENT ON TABLE orders IS 'kept for ten years';
