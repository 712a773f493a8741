-- No status: an order may be without one.

ALTER TABLE orders ALTER COLUMN status DROP NOT NULL;
