-- Clock: the server's, in milliseconds.

SELECT extract(EPOCH FROM clock_timestamp()) * 1000 AS ms;
