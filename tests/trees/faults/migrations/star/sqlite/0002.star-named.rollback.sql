-- Named: taken back.

CREATE TABLE customers_new (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);

INSERT INTO customers_new (id, name)
SELECT
    id,
    name
FROM customers;

DROP TABLE customers;

ALTER TABLE customers_new RENAME TO customers;
