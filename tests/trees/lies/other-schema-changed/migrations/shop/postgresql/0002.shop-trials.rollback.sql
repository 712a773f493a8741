-- Trials taken back: those rows are no longer wanted.

DELETE FROM audit.order_log WHERE order_id <= 0;
