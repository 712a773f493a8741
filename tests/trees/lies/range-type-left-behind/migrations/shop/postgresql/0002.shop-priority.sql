-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

DO $body$
BEGIN
    CREATE TYPE price_range AS RANGE (subtype = numeric);
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$body$;
