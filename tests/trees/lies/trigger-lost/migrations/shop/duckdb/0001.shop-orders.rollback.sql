-- Orders taken back: the tables, and the trigger with them.
-- loses: orders (every row), order_log (every row)

DROP TABLE orders;

DROP TABLE order_log;
