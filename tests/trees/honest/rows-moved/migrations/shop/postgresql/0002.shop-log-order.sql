-- Log order: by order, as it is read.

CREATE TABLE order_log_sorted AS
SELECT * FROM order_log
ORDER BY order_id DESC;

TRUNCATE order_log;

INSERT INTO order_log SELECT * FROM order_log_sorted;

DROP TABLE order_log_sorted;
