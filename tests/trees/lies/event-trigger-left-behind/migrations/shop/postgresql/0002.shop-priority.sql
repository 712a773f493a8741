-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

CREATE OR REPLACE FUNCTION ddl_seen() RETURNS event_trigger LANGUAGE plpgsql AS $body$
BEGIN
    NULL;
END
$body$;

DROP EVENT TRIGGER IF EXISTS shop_ddl_seen;

CREATE EVENT TRIGGER shop_ddl_seen ON ddl_command_end EXECUTE FUNCTION ddl_seen();
