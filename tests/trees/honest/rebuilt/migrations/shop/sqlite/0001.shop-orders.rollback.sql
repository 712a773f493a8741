-- Orders taken back: all of it.
-- loses: orders (every row), order_log (every row)

DROP VIEW open_orders;

DROP TABLE orders;

DROP TABLE order_log;
