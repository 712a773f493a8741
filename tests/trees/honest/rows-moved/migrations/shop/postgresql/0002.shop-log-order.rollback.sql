-- Log order taken back: a table has no order, so that there is little to do.

UPDATE order_log SET status = status;
