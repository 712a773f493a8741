-- Weights: to the milligram, no more.

ALTER TABLE orders ALTER COLUMN weight TYPE numeric(12, 6);
