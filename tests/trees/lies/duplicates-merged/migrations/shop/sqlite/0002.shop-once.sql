-- Once: nothing happens twice to an order.

DELETE FROM order_log WHERE rowid NOT IN (SELECT min(l.rowid) FROM order_log AS l GROUP BY l.order_id, l.status);

CREATE UNIQUE INDEX order_log_key ON order_log (order_id, status);
