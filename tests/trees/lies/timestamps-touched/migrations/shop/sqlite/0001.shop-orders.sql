-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL,
    touched_at TEXT NOT NULL
);

CREATE TRIGGER orders_touched
AFTER UPDATE OF status ON orders
BEGIN
    UPDATE orders SET touched_at = strftime('%Y-%m-%dT%H:%M:%f', 'now') WHERE id = new.id;
END;
