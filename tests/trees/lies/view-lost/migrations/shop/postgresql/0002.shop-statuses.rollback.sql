-- Statuses taken back: as long as you like.

DROP VIEW open_orders;

ALTER TABLE orders ALTER COLUMN status TYPE text;
