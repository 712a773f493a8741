-- Named: no customer without a name.
-- foreign_keys: off

ALTER TABLE customers RENAME TO customers_old;

CREATE TABLE customers (
    id INTEGER NOT NULL,
    name TEXT NOT NULL CHECK (name <> ''),
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);

INSERT INTO customers (id, name)
SELECT
    id,
    name
FROM customers_old;

DROP TABLE customers_old;
