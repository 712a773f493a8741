-- Clerk: who took the order.

ALTER TABLE orders ADD COLUMN clerk text NOT NULL;
