-- Statuses taken back: any is allowed, and the numbers come anew.

CREATE TABLE orders_kept AS
SELECT
    id,
    status,
    note
FROM orders;

DROP TABLE orders;

DROP SEQUENCE order_numbers;

CREATE SEQUENCE order_numbers;

CREATE TABLE orders (
    id INTEGER PRIMARY KEY DEFAULT nextval('order_numbers'),
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR
);

INSERT INTO orders (id, status, note)
SELECT
    id,
    status,
    note
FROM orders_kept;

DROP TABLE orders_kept;
