-- Orders taken back: the trigger and the table.
-- loses: orders (every row)

DROP TRIGGER orders_are_kept ON orders;

DROP FUNCTION orders_are_kept();

DROP TABLE orders;
