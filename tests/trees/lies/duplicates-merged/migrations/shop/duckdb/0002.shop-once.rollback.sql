-- Once taken back: the keys.
-- loses: order_log_keys (every row)

DROP TABLE order_log_keys;
