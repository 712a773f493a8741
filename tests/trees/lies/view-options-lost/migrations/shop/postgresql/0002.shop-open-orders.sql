-- Open orders: without the notes.

DROP VIEW open_orders;

CREATE VIEW open_orders WITH (security_barrier = true, security_invoker = true) AS
SELECT
    id,
    status
FROM orders
WHERE status <> 'sent'
WITH CASCADED CHECK OPTION;
