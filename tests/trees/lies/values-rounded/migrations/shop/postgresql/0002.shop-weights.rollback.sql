-- Weights taken back: measured, not counted.

ALTER TABLE orders ALTER COLUMN weight TYPE double precision USING weight::real;
