-- Shipped taken back: sent again.

UPDATE orders SET status = 'sent' WHERE status = 'shipped';
