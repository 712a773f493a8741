-- Orders: what was bought, and by whom.
-- seed: none, this tree is for tests
-- depends: 0001.shop-customers

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL,
    note TEXT,
    CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id)
    ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);

CREATE TRIGGER orders_note_is_kept
AFTER UPDATE OF note ON orders
WHEN new.note IS NULL
BEGIN
    UPDATE orders SET note = CASE WHEN old.note IS NULL THEN '' ELSE old.note END
    WHERE id = new.id;
    SELECT 1;
END;
