-- Statuses taken back: as long as you like.

DROP VIEW open_orders;

ALTER TABLE orders ALTER COLUMN status TYPE text;

CREATE VIEW open_orders AS
SELECT
    id,
    status,
    note
FROM orders
WHERE status <> 'sent';

GRANT SELECT ON open_orders TO PUBLIC;

COMMENT ON VIEW open_orders IS 'for the warehouse';
