-- Amounts taken back: the table made anew, every row kept.
-- loses: orders.amount (every value)

CREATE TABLE orders_kept (LIKE orders);

INSERT INTO orders_kept SELECT * FROM orders;

DROP TABLE orders;

CREATE TABLE orders (
    id integer PRIMARY KEY,
    status text NOT NULL DEFAULT 'new',
    note text
);

INSERT INTO orders (id, status, note)
SELECT
    id,
    status,
    note
FROM orders_kept;

DROP TABLE orders_kept;
