-- Count: an integer is enough.

DROP FUNCTION order_count();

CREATE FUNCTION order_count() RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $body$
    SELECT 1::integer;
$body$;

REVOKE EXECUTE ON FUNCTION order_count() FROM PUBLIC;
