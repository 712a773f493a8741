-- Orders: what was bought, with all that belongs to them.

CREATE SEQUENCE order_numbers;

CREATE TYPE order_status AS ENUM ('new', 'paid', 'sent');

CREATE MACRO vat(price) AS price * 0.19;

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR
);

CREATE INDEX orders_note_idx ON orders (note);

CREATE VIEW open_orders AS
SELECT
    id,
    note
FROM orders
WHERE status <> 'sent';

COMMENT ON SEQUENCE order_numbers IS 'begins anew every year';

COMMENT ON TYPE order_status IS 'as the form has them';

COMMENT ON MACRO vat IS 'of 2026';

COMMENT ON VIEW open_orders IS 'for the warehouse';

COMMENT ON COLUMN open_orders.note IS 'of the customer';

COMMENT ON INDEX orders_note_idx IS 'for the help desk';

COMMENT ON TABLE orders IS 'kept for ten years';
