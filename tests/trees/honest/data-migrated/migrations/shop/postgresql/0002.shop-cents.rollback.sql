-- Cents taken back: prices in euros.

UPDATE orders SET price = price / 100;
