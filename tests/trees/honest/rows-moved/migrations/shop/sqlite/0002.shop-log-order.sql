-- Log order: by order, as it is read.
-- foreign_keys: off

CREATE TABLE order_log_sorted (
    order_id INTEGER NOT NULL,
    status TEXT NOT NULL
);

INSERT INTO order_log_sorted (order_id, status)
SELECT
    order_id,
    status
FROM order_log
ORDER BY order_id DESC;

DELETE FROM order_log;

INSERT INTO order_log (order_id, status)
SELECT
    order_id,
    status
FROM order_log_sorted;

DROP TABLE order_log_sorted;
