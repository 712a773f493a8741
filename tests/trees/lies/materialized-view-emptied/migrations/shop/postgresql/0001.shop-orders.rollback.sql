-- Orders taken back: all of it.
-- loses: orders (every row)

DROP MATERIALIZED VIEW orders_by_status;

DROP TABLE orders;
