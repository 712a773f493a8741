-- Trials: their numbers are below nothing.

ALTER TABLE audit.order_log DROP CONSTRAINT order_log_order_id_check;
