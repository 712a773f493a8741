-- Statuses: shorter ones. The view is in the way of the type, so it goes first.

DROP VIEW open_orders;

ALTER TABLE orders ALTER COLUMN status TYPE varchar(10);

CREATE VIEW open_orders AS
SELECT
    id,
    status,
    note
FROM orders
WHERE status <> 'sent';

GRANT SELECT ON open_orders TO PUBLIC;

COMMENT ON VIEW open_orders IS 'for the warehouse';
