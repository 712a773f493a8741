-- Restrict taken back: the key as it was, checked in a second pass.

ALTER TABLE order_lines DROP CONSTRAINT order_lines_order_id_fkey;

ALTER TABLE order_lines ADD CONSTRAINT order_lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE order_lines VALIDATE CONSTRAINT order_lines_order_id_fkey;
