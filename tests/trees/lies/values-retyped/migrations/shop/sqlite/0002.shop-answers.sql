-- Answers: text, as the form sends it.
-- foreign_keys: off

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    answer TEXT NOT NULL
);

INSERT INTO orders_rebuilt (id, answer)
SELECT
    id,
    answer
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
