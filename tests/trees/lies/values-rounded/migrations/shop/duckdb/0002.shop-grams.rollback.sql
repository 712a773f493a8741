-- Weights taken back: measured, not counted.

ALTER TABLE orders ALTER COLUMN weight TYPE FLOAT;

ALTER TABLE orders ALTER COLUMN weight TYPE DOUBLE;
