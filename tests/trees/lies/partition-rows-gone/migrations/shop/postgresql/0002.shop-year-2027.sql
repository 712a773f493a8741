-- Year 2027: a partition more.

CREATE TABLE order_log_2027 PARTITION OF order_log FOR VALUES IN (2027);
