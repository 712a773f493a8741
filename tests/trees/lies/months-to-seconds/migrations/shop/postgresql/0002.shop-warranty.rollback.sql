-- Warranty taken back: as long as it was.

ALTER TABLE orders ALTER COLUMN warranty TYPE interval USING make_interval(secs => warranty);
