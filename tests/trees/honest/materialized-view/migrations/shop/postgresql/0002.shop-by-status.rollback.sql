-- Orders by status taken back: all of them.

DROP MATERIALIZED VIEW orders_by_status;

CREATE MATERIALIZED VIEW orders_by_status AS
SELECT
    status,
    count(*) AS orders
FROM orders
GROUP BY status;

CREATE UNIQUE INDEX orders_by_status_key ON orders_by_status (status);
