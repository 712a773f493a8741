-- Orders taken back: all of it.
-- loses: orders (every row)

DROP VIEW IF EXISTS paid_orders;

DROP TABLE orders;
