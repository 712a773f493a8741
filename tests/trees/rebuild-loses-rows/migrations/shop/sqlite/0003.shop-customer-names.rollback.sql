-- Customer names taken back: the table without the check, every row kept.
-- foreign_keys: off

CREATE TABLE customers_old (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

INSERT INTO customers_old (id, name)
SELECT
    id,
    name
FROM customers;

DROP TABLE customers;

ALTER TABLE customers_old RENAME TO customers;

CREATE INDEX customers_name_idx ON customers (name);
