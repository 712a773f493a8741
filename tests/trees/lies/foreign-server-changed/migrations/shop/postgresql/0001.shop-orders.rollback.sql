-- Orders taken back: all of it.
-- loses: orders (every row)

DROP FOREIGN DATA WRAPPER shop_wrapper CASCADE;

DROP TABLE orders;
