-- Orders: taken back.
-- loses: orders

DROP TABLE orders;
