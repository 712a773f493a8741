-- Order log taken back: the table.
-- loses: order_log (every row)

DROP TABLE order_log;
