-- Seen at taken back: the column.
-- loses: orders.seen_at (every value)

ALTER TABLE orders DROP COLUMN seen_at;
