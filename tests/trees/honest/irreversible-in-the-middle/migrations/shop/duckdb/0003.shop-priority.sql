-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority INTEGER DEFAULT 0;
