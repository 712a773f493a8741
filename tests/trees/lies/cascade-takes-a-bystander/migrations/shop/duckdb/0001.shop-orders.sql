-- Orders: what was bought, and which are open.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR
);

CREATE VIEW open_orders AS
SELECT
    id,
    status,
    note
FROM orders
WHERE status <> 'sent';
