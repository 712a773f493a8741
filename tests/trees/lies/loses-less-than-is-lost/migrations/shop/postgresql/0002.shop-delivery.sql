-- Delivery: when and by whom.

ALTER TABLE orders ADD COLUMN carrier text;

ALTER TABLE orders ADD COLUMN delivered_on date;
