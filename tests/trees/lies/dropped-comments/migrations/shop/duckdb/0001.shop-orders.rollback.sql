-- Orders taken back: all of it.
-- loses: orders (every row)

DROP VIEW open_orders;

DROP INDEX orders_note_idx;

DROP TABLE orders;

DROP MACRO vat;

DROP TYPE order_status;

DROP SEQUENCE order_numbers;
