-- Discount: every order is ten percent off.

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    pieces INTEGER NOT NULL,
    price INTEGER NOT NULL,
    total INTEGER GENERATED ALWAYS AS (pieces * price * 9 // 10) VIRTUAL
);

INSERT INTO orders_rebuilt (id, pieces, price)
SELECT
    id,
    pieces,
    price
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
