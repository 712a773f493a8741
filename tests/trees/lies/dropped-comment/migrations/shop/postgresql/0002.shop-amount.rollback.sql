-- Amount taken back: the old name.

ALTER TABLE orders ADD COLUMN amount integer;

UPDATE orders SET amount = cents;

ALTER TABLE orders ALTER COLUMN amount SET NOT NULL;

ALTER TABLE orders DROP COLUMN cents;
