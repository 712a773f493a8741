-- Delivery taken back: the columns.
-- loses: orders.carrier (every value)

ALTER TABLE orders DROP COLUMN delivered_on;

ALTER TABLE orders DROP COLUMN carrier;
