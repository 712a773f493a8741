-- Orders taken back: the table and its numbers.
-- loses: orders (every row)

DROP TABLE orders;

DROP SEQUENCE order_numbers;
