-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    status text NOT NULL DEFAULT 'new',
    note text
);

CREATE MATERIALIZED VIEW orders_by_status AS
SELECT
    status,
    count(*) AS orders
FROM orders
GROUP BY status;

CREATE UNIQUE INDEX orders_by_status_key ON orders_by_status (status);
