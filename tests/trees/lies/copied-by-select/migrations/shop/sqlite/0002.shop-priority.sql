-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
