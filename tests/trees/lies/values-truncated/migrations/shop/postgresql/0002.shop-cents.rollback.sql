-- Cents taken back: prices in euros.

ALTER TABLE orders ALTER COLUMN price TYPE numeric(10, 2) USING price / 100;
