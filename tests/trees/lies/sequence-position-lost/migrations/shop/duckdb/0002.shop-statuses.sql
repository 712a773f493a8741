-- Statuses: the three that there are.

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY DEFAULT nextval('order_numbers'),
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR,
    CHECK (status IN ('new', 'paid', 'sent'))
);

INSERT INTO orders_rebuilt (id, status, note)
SELECT
    id,
    status,
    note
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
