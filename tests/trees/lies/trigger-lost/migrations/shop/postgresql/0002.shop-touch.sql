-- Touch: the moment of the transaction, not of the row.

CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    new.touched_at := now();
    RETURN new;
END
$body$;
