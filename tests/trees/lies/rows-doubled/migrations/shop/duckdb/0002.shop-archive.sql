-- Archive: what happened to sent orders.

CREATE TABLE order_log_archive (
    order_id INTEGER NOT NULL,
    status VARCHAR NOT NULL
);

INSERT INTO order_log_archive (order_id, status)
SELECT
    order_id,
    status
FROM order_log
WHERE status = 'sent';
