-- Orders taken back: all of it.
-- loses: orders (every row)

DROP MATERIALIZED VIEW orders_by_status;

DROP VIEW open_orders;

DROP TABLE orders;

DROP FUNCTION touch();

DROP TYPE place;

DROP DOMAIN mail;

DROP TYPE order_kind;

DROP SEQUENCE order_numbers;
