-- Trials taken back: the table anew.
-- loses: audit.order_log.trial (every value)

DROP TABLE audit.order_log;

CREATE TABLE audit.order_log (
    order_id integer NOT NULL,
    CONSTRAINT order_log_order_id_check CHECK (order_id > 0)
);
