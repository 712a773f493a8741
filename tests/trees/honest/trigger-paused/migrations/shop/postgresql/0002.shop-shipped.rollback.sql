-- Shipped taken back: sent again, which touches none.

ALTER TABLE orders DISABLE TRIGGER orders_touched;

UPDATE orders SET status = 'sent' WHERE status = 'shipped';

ALTER TABLE orders ENABLE TRIGGER orders_touched;
