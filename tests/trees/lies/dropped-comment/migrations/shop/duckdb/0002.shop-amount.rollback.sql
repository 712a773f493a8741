-- Amount taken back: without the check.

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    amount INTEGER NOT NULL
);

INSERT INTO orders_rebuilt (id, amount)
SELECT
    id,
    amount
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
