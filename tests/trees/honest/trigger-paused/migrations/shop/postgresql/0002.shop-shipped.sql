-- Shipped: what sent is called now, which touches no order.

ALTER TABLE orders DISABLE TRIGGER orders_touched;

UPDATE orders SET status = 'shipped' WHERE status = 'sent';

ALTER TABLE orders ENABLE TRIGGER orders_touched;
