-- Discount taken back: the totals without it.

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    pieces INTEGER NOT NULL,
    price INTEGER NOT NULL,
    total INTEGER
);

INSERT INTO orders_rebuilt (id, pieces, price, total)
SELECT
    id,
    pieces,
    price,
    pieces * price
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
