-- Answers taken back: whatever they are.
-- foreign_keys: off

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    answer NOT NULL
);

INSERT INTO orders_rebuilt (id, answer)
SELECT
    id,
    answer
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
