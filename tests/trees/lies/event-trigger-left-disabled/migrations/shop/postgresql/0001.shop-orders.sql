-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    status text NOT NULL DEFAULT 'new',
    note text
);

CREATE FUNCTION ddl_seen() RETURNS event_trigger LANGUAGE plpgsql AS $body$
BEGIN
    NULL;
END
$body$;

CREATE EVENT TRIGGER shop_ddl_seen ON ddl_command_end EXECUTE FUNCTION ddl_seen();
