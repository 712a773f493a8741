-- Orders taken back: all of it.
-- loses: orders (every row)

DROP TABLE orders;
