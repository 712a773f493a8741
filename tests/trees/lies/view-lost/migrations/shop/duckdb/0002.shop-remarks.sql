-- Remarks: what the notes are called now.

DROP VIEW IF EXISTS open_orders;

ALTER TABLE orders RENAME COLUMN note TO remark;

CREATE VIEW open_orders AS
SELECT
    id,
    status,
    remark
FROM orders
WHERE status <> 'sent';
