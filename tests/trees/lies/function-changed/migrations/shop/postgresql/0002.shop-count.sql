-- Count: two at least.

CREATE OR REPLACE FUNCTION order_count() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $body$
    SELECT 2::bigint;
$body$;
