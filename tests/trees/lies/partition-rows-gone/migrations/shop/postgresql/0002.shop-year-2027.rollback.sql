-- Year 2027 taken back: the partition.

DROP TABLE order_log_2027;
