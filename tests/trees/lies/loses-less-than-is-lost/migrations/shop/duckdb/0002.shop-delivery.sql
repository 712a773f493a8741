-- Delivery: when and by whom.

ALTER TABLE orders ADD COLUMN carrier VARCHAR;

ALTER TABLE orders ADD COLUMN delivered_on DATE;
