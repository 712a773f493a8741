-- Named: taken back.

CREATE TABLE customers_new (
    id INTEGER NOT NULL,
    full_name TEXT NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);

INSERT INTO customers_new (id, full_name)
SELECT
    id,
    full_name
FROM customers;

DROP TABLE customers;

ALTER TABLE customers_new RENAME TO customers;

CREATE INDEX customers_full_name_idx ON customers (full_name);
