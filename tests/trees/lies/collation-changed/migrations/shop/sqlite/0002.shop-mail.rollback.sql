-- Mail taken back: without the check.
-- foreign_keys: off

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    mail TEXT NOT NULL
);

INSERT INTO orders_rebuilt (id, mail)
SELECT
    id,
    mail
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
