-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

CREATE OR REPLACE FUNCTION is_urgent(priority integer) RETURNS boolean LANGUAGE sql AS $body$
    SELECT priority > 5;
$body$;
