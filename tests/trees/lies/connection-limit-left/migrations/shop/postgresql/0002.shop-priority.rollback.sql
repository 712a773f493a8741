-- Priority taken back: the column.
-- loses: orders.priority (every value)

ALTER TABLE orders DROP COLUMN priority;
