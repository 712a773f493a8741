-- Orders taken back: all of it.
-- loses: orders (every row)

DROP VIEW open_orders;

DROP TABLE orders;
