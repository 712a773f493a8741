-- Orders taken back: all of it.
-- loses: orders (every row)

DROP AGGREGATE total(integer);

DROP TABLE orders;
