-- Warranty taken back: as long as it was.

ALTER TABLE orders ALTER COLUMN warranty TYPE INTERVAL USING to_seconds(warranty);
