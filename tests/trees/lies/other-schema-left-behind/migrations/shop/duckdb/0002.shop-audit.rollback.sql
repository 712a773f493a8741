-- Audit taken back: the column.
-- loses: orders.audited (every value)

ALTER TABLE orders DROP COLUMN audited;
