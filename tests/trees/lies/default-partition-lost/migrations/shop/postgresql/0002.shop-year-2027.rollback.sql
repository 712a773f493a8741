-- Year 2027 taken back: its rows stay, in a table of their own.

ALTER TABLE order_log DETACH PARTITION order_log_rest;

ALTER TABLE order_log DETACH PARTITION order_log_2027;

INSERT INTO order_log_rest SELECT * FROM order_log_2027;

DROP TABLE order_log_2027;
