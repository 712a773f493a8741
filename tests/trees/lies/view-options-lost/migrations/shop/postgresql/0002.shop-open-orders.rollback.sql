-- Open orders taken back: with the notes.

DROP VIEW open_orders;

CREATE VIEW open_orders AS
SELECT
    id,
    status,
    note
FROM orders
WHERE status <> 'sent';
