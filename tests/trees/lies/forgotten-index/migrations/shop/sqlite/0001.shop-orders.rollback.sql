-- Orders taken back: the table, and its index with it.
-- loses: orders (every row)

DROP TABLE orders;
