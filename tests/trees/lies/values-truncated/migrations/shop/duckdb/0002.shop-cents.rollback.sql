-- Cents taken back: prices in euros.

ALTER TABLE orders ALTER COLUMN price TYPE DECIMAL(10, 2) USING price // 100;
