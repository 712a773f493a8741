-- Orders taken back: all of it.
-- loses: orders (every row)

DROP EVENT TRIGGER shop_ddl_seen;

DROP FUNCTION ddl_seen();

DROP TABLE orders;
