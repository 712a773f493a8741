-- Once taken back: the index.

DROP INDEX order_log_key;
