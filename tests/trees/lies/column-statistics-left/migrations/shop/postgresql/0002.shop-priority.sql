-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

ALTER TABLE orders ALTER COLUMN note SET STATISTICS 1000, ALTER COLUMN status SET (n_distinct = 3);
