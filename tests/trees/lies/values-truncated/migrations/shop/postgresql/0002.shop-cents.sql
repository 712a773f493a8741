-- Cents: prices are counted in them.

ALTER TABLE orders ALTER COLUMN price TYPE bigint USING price * 100;
