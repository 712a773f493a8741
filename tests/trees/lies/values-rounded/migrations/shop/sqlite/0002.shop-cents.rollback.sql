-- Cents taken back: prices in euros.
-- foreign_keys: off

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    price REAL NOT NULL
);

INSERT INTO orders_rebuilt (id, price)
SELECT
    id,
    price / 100
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
