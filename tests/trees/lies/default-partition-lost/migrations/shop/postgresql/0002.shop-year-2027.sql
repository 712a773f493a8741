-- Year 2027: the default partition is in its way.

ALTER TABLE order_log DETACH PARTITION order_log_rest;

CREATE TABLE order_log_2027 PARTITION OF order_log FOR VALUES IN (2027);

ALTER TABLE order_log ATTACH PARTITION order_log_rest DEFAULT;
