-- Quiet: orders have a priority, and nobody touched them for it.

ALTER TABLE orders ADD COLUMN priority integer;

ALTER TABLE orders DISABLE TRIGGER orders_touched;

UPDATE orders SET priority = 0;

ALTER TABLE orders ENABLE TRIGGER orders_touched;
