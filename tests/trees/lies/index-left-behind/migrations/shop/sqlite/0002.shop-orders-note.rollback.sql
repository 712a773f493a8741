-- Orders by note taken back: its column.
-- loses: orders.words (every value)

ALTER TABLE orders DROP COLUMN words;
