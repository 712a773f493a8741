-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

CREATE OR REPLACE VIEW paid_orders AS
SELECT
    id,
    note
FROM orders
WHERE status = 'paid';
