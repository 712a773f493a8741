-- Once: nothing happens twice to an order.

CREATE TABLE order_log_once AS SELECT DISTINCT * FROM order_log;

DELETE FROM order_log;

INSERT INTO order_log SELECT * FROM order_log_once;

DROP TABLE order_log_once;

CREATE TABLE order_log_keys (
    order_id INTEGER NOT NULL,
    status VARCHAR NOT NULL,
    PRIMARY KEY (order_id, status)
);
