-- Orders by status taken back: all of them; the nightly job fills it.

DROP MATERIALIZED VIEW orders_by_status;

CREATE MATERIALIZED VIEW orders_by_status AS
SELECT
    status,
    count(*) AS orders
FROM orders
GROUP BY status
WITH NO DATA;

CREATE UNIQUE INDEX orders_by_status_key ON orders_by_status (status);
