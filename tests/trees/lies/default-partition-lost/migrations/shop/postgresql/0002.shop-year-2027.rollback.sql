-- Year 2027 taken back: its partition, and the default one, which came with it.

DROP TABLE order_log_2027;

DROP TABLE order_log_rest;
