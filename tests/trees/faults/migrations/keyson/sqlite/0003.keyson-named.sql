-- Named: no customer without a name.

CREATE TABLE customers_new (
    id INTEGER NOT NULL,
    name TEXT NOT NULL CHECK (name <> ''),
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);

INSERT INTO customers_new (id, name)
SELECT
    id,
    name
FROM customers;

DROP TABLE customers;

ALTER TABLE customers_new RENAME TO customers;
