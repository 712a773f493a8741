-- Discount: every order is ten percent off.

ALTER TABLE orders DROP COLUMN total;

ALTER TABLE orders ADD COLUMN total integer GENERATED ALWAYS AS (pieces * price * 9 / 10) STORED;
