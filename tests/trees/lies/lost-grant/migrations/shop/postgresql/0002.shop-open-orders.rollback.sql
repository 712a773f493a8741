-- Open orders taken back: everything that is not sent.

DROP VIEW open_orders;

CREATE VIEW open_orders AS
SELECT
    id,
    status,
    note
FROM orders
WHERE status <> 'sent';
