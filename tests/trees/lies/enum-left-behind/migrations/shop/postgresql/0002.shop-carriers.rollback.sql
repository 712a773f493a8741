-- Carriers taken back: the column.
-- loses: orders.delivered_by (every value)

ALTER TABLE orders DROP COLUMN delivered_by;
