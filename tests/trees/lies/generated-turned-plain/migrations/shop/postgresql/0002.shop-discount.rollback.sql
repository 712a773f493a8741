-- Discount taken back: the totals without it.

ALTER TABLE orders ALTER COLUMN total DROP EXPRESSION;

UPDATE orders SET total = pieces * price;
