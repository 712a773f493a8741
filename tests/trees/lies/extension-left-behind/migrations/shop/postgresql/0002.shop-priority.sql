-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

CREATE EXTENSION IF NOT EXISTS pg_trgm;
