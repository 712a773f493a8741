-- Archive: what happened to sent orders.

CREATE TABLE order_log_archive (
    order_id integer NOT NULL,
    status text NOT NULL
);

INSERT INTO order_log_archive (order_id, status)
SELECT
    order_id,
    status
FROM order_log
WHERE status = 'sent';
