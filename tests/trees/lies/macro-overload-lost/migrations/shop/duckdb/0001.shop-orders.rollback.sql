-- Orders taken back: all of it.
-- loses: orders (every row)

DROP MACRO vat;

DROP TABLE orders;
