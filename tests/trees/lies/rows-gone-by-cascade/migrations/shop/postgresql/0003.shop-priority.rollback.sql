-- Priority taken back: the rows are written anew without it.
-- loses: orders.priority (every value)

CREATE TABLE orders_kept AS
SELECT
    id,
    status,
    note
FROM orders;

TRUNCATE orders CASCADE;

ALTER TABLE orders DROP COLUMN priority;

INSERT INTO orders (id, status, note)
SELECT
    id,
    status,
    note
FROM orders_kept;

DROP TABLE orders_kept;
