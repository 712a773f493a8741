-- Clerk taken back: the column.
-- loses: orders.clerk (every value)

ALTER TABLE orders DROP COLUMN clerk;
