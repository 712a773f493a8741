-- Seen at taken back: the columns.
-- loses: orders.seen_at, orders.token (every value)

ALTER TABLE orders DROP COLUMN token;

ALTER TABLE orders DROP COLUMN seen_at;
