-- Order numbers: larger than an integer. The key is in the way.

ALTER TABLE order_lines DROP CONSTRAINT order_lines_order_id_fkey;

ALTER TABLE orders ALTER COLUMN id TYPE bigint;

ALTER TABLE order_lines ALTER COLUMN order_id TYPE bigint;

ALTER TABLE order_lines ADD CONSTRAINT order_lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
