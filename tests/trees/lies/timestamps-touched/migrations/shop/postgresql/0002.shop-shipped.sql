-- Shipped: what sent is called now.

UPDATE orders SET status = 'shipped' WHERE status = 'sent';
