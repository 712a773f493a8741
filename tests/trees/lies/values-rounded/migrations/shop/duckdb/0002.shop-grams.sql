-- Weights: to the milligram, no more.

ALTER TABLE orders ALTER COLUMN weight TYPE DECIMAL(12, 6);
