-- Order log taken back: the table.
-- loses: order_log (every row)

DROP TABLE order_log;

DROP TABLE IF EXISTS order_log_rest;
