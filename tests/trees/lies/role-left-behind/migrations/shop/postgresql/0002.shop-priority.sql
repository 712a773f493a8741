-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

DO $body$
BEGIN
    CREATE ROLE shop_clerk NOLOGIN;
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$body$;

GRANT SELECT (priority) ON orders TO shop_clerk;
