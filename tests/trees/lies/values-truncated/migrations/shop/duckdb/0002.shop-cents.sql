-- Cents: prices are counted in them.

ALTER TABLE orders ALTER COLUMN price TYPE BIGINT USING CAST(price * 100 AS BIGINT);
