-- Orders: what was bought, with all that belongs to them.

CREATE SEQUENCE order_numbers;

CREATE TYPE order_kind AS ENUM ('web', 'shop');

CREATE DOMAIN mail AS text CONSTRAINT mail_check CHECK (VALUE LIKE '%@%');

CREATE TYPE place AS (
    street text,
    town text
);

CREATE TABLE orders (
    id integer PRIMARY KEY,
    status text NOT NULL DEFAULT 'new',
    note text,
    CONSTRAINT orders_status_check CHECK (status <> '')
);

CREATE INDEX orders_note_idx ON orders (note);

CREATE VIEW open_orders AS
SELECT
    id,
    note
FROM orders
WHERE status <> 'sent';

CREATE MATERIALIZED VIEW orders_by_status AS
SELECT
    status,
    count(*) AS orders
FROM orders
GROUP BY status;

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RETURN new;
END
$body$;

CREATE TRIGGER orders_touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();

CREATE POLICY orders_of_all ON orders USING (TRUE);

CREATE RULE orders_stay AS ON DELETE TO orders DO INSTEAD NOTHING;

CREATE STATISTICS orders_stats ON status, note FROM orders;

COMMENT ON SEQUENCE order_numbers IS 'for the help desk';

COMMENT ON TYPE order_kind IS 'for the help desk';

COMMENT ON DOMAIN mail IS 'for the help desk';

COMMENT ON CONSTRAINT mail_check ON DOMAIN mail IS 'for the help desk';

COMMENT ON TYPE place IS 'for the help desk';

COMMENT ON COLUMN place.town IS 'for the help desk';

COMMENT ON TABLE orders IS 'for the help desk';

COMMENT ON CONSTRAINT orders_status_check ON orders IS 'for the help desk';

COMMENT ON INDEX orders_note_idx IS 'for the help desk';

COMMENT ON INDEX orders_pkey IS 'for the help desk';

COMMENT ON VIEW open_orders IS 'for the help desk';

COMMENT ON COLUMN open_orders.note IS 'for the help desk';

COMMENT ON MATERIALIZED VIEW orders_by_status IS 'for the help desk';

COMMENT ON COLUMN orders_by_status.orders IS 'for the help desk';

COMMENT ON FUNCTION touch() IS 'for the help desk';

COMMENT ON TRIGGER orders_touched ON orders IS 'for the help desk';

COMMENT ON POLICY orders_of_all ON orders IS 'for the help desk';

COMMENT ON RULE orders_stay ON orders IS 'for the help desk';

COMMENT ON STATISTICS orders_stats IS 'for the help desk';
