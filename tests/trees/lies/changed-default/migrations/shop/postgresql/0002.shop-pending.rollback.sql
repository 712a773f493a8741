-- Pending taken back: a new order is open again.

ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'open';
