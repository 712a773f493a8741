-- Amount: some orders are larger than a small integer.
-- foreign_keys: off

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    note TEXT,
    amount BIGINT NOT NULL
);

INSERT INTO orders_rebuilt (id, note, amount)
SELECT
    id,
    note,
    amount
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
