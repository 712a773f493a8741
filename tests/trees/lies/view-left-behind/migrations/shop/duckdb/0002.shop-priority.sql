-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority INTEGER DEFAULT 0;

CREATE VIEW IF NOT EXISTS paid_orders AS
SELECT
    id,
    note
FROM orders
WHERE status = 'paid';
