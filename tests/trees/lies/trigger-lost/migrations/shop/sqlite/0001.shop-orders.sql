-- Orders: what was bought, and a log of their statuses.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'new',
    note TEXT
);

CREATE TABLE order_log (
    order_id INTEGER NOT NULL,
    status TEXT NOT NULL
);

CREATE TRIGGER orders_status_logged
AFTER UPDATE OF status ON orders
BEGIN
    INSERT INTO order_log (order_id, status) VALUES (new.id, new.status);
END;
