-- Clerk: who took the order.

ALTER TABLE orders ADD COLUMN clerk VARCHAR;

ALTER TABLE orders ALTER COLUMN clerk SET NOT NULL;
