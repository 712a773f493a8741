-- Priority taken back: a copy of the table without the column.
-- loses: orders.priority (every value)

CREATE TABLE orders_copy AS
SELECT
    id,
    status,
    note
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_copy RENAME TO orders;
