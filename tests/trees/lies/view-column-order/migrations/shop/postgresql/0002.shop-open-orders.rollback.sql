-- Open orders taken back: everything that is not sent.

DROP VIEW open_orders;

CREATE VIEW open_orders AS
SELECT
    id,
    note,
    status
FROM orders
WHERE status <> 'sent';
