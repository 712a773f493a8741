-- Order numbers taken back: integers.

ALTER TABLE order_lines DROP CONSTRAINT order_lines_order_id_fkey;

ALTER TABLE order_lines ALTER COLUMN order_id TYPE integer;

ALTER TABLE orders ALTER COLUMN id TYPE integer;
