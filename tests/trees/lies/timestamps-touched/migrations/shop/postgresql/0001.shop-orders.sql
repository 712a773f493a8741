-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    status text NOT NULL,
    touched_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    new.touched_at := clock_timestamp();
    RETURN new;
END
$body$;

CREATE TRIGGER orders_touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
