-- No status taken back: there is always one.

UPDATE orders SET status = 'new' WHERE status IS NULL;
