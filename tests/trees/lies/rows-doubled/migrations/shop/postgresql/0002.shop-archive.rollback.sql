-- Archive taken back: its rows return to the log.

INSERT INTO order_log (order_id, status)
SELECT
    order_id,
    status
FROM order_log_archive;

DROP TABLE order_log_archive;
