-- Order lines: what is in an order.

CREATE TABLE order_lines (
    id integer PRIMARY KEY,
    order_id integer NOT NULL,
    article text NOT NULL,
    CONSTRAINT order_lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
