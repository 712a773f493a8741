-- Pending: what a new order is from here on.

ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'pending';
