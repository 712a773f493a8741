-- Orders taken back: all of it.
-- loses: orders (every row)

DROP VIEW IF EXISTS open_orders;

DROP TABLE orders;
