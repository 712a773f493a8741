-- Cents: prices are counted in them.

UPDATE orders SET price = price * 100;
