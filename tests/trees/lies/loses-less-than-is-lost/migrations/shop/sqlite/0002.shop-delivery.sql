-- Delivery: when and by whom.

ALTER TABLE orders ADD COLUMN carrier TEXT;

ALTER TABLE orders ADD COLUMN delivered_on TEXT;
