-- Orders: what was bought, and by whom.
-- seed: none, this tree is for tests
-- depends: 0001.shop-customers

CREATE TABLE orders (
    id integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customers (id),
    note varchar
);

CREATE FUNCTION orders_are_kept() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'orders; are kept';
END
$body$;

CREATE TRIGGER orders_are_kept BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION orders_are_kept();
