-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

ALTER INDEX orders_upper_idx ALTER COLUMN 1 SET STATISTICS 500;
