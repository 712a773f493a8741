-- Order log: what happened in which year.

CREATE TABLE order_log (
    order_id integer NOT NULL,
    year integer NOT NULL
) PARTITION BY LIST (year);

CREATE TABLE order_log_2026 PARTITION OF order_log FOR VALUES IN (2026);

CREATE TABLE order_log_rest PARTITION OF order_log DEFAULT;
