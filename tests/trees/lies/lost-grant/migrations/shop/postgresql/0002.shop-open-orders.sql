-- Open orders: a paid one is none.

DROP VIEW open_orders;

CREATE VIEW open_orders AS
SELECT
    id,
    status,
    note
FROM orders
WHERE status = 'new';

GRANT SELECT ON open_orders TO PUBLIC;
