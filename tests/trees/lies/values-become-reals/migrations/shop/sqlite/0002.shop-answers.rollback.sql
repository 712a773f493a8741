-- Answers taken back: numbers are numbers.
-- foreign_keys: off

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    answer NOT NULL
);

INSERT INTO orders_rebuilt (id, answer)
SELECT
    id,
    CASE WHEN typeof(answer) = 'integer' THEN CAST(answer AS REAL) ELSE answer END
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
