-- Orders taken back: all of it.
-- loses: orders, audit.order_log (every row)

DROP TABLE audit.order_log;

DROP SCHEMA audit;

DROP TABLE orders;
