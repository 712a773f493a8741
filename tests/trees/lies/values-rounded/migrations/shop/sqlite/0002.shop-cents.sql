-- Cents: prices are counted, not measured.
-- foreign_keys: off

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    price INTEGER NOT NULL
);

INSERT INTO orders_rebuilt (id, price)
SELECT
    id,
    CAST(round(price * 100) AS INTEGER)
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
