-- Touch taken back: the function, made anew.

DROP FUNCTION touch() CASCADE;

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    new.touched_at := clock_timestamp();
    RETURN new;
END
$body$;
