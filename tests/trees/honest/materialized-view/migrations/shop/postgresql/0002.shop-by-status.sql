-- Orders by status: only those with a note.

DROP MATERIALIZED VIEW orders_by_status;

CREATE MATERIALIZED VIEW orders_by_status AS
SELECT
    status,
    count(*) AS orders
FROM orders
WHERE note IS NOT NULL
GROUP BY status;

CREATE UNIQUE INDEX orders_by_status_key ON orders_by_status (status);
