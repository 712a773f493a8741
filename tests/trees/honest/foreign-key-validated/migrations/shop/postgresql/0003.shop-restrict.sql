-- Restrict: an order with lines stays.

ALTER TABLE order_lines DROP CONSTRAINT order_lines_order_id_fkey;

ALTER TABLE order_lines ADD CONSTRAINT order_lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT;
