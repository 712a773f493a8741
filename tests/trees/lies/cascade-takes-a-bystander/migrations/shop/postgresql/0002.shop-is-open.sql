-- Is open: said once.

CREATE FUNCTION is_open(status text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $body$
    SELECT status <> 'sent';
$body$;

DROP VIEW IF EXISTS open_orders;

CREATE VIEW open_orders AS
SELECT
    id,
    status,
    note
FROM orders
WHERE is_open(status);
