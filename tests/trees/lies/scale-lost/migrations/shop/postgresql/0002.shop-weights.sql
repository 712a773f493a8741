-- Weights: measured, as the scales send them.

ALTER TABLE orders ALTER COLUMN weight TYPE double precision;
