-- Once: nothing happens twice to an order.

DELETE FROM order_log AS a USING order_log AS b WHERE a.order_id = b.order_id AND a.status = b.status AND a.ctid > b.ctid;

CREATE UNIQUE INDEX order_log_key ON order_log (order_id, status);
