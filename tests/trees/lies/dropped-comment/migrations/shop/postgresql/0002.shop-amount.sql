-- Amount: it is counted in cents, so it is called cents.

ALTER TABLE orders ADD COLUMN cents integer;

UPDATE orders SET cents = amount;

ALTER TABLE orders ALTER COLUMN cents SET NOT NULL;

ALTER TABLE orders DROP COLUMN amount;
