-- Year 2027 taken back: its rows go to the default partition.

CREATE TABLE order_log_kept AS
SELECT * FROM order_log_2027;

DROP TABLE order_log_2027;

INSERT INTO order_log SELECT * FROM order_log_kept;

DROP TABLE order_log_kept;
