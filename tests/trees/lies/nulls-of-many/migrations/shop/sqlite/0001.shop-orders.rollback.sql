-- Orders taken back: the table.
-- loses: orders (every row)

DROP TABLE orders;
