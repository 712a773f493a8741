-- Amount taken back: without the check.
-- foreign_keys: off

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    note TEXT,
    amount INTEGER NOT NULL
);

INSERT INTO orders_rebuilt (id, note, amount)
SELECT
    id,
    note,
    amount
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
