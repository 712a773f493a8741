-- Orders: what was bought, and a log of what was deleted.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR
);

CREATE TABLE order_log (
    order_id INTEGER NOT NULL
);

CREATE TRIGGER orders_deleted
AFTER DELETE ON orders
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT
INSERT INTO order_log (order_id) SELECT id FROM gone;
