-- Clerk: who took the order.

ALTER TABLE orders ADD COLUMN clerk TEXT NOT NULL;
