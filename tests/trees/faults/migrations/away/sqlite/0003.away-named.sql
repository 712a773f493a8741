-- Named: no customer without a name.
-- foreign_keys: off

ALTER TABLE customers RENAME TO customers_old;

CREATE TABLE customers (
    id INTEGER NOT NULL,
    full_name TEXT NOT NULL CHECK (full_name <> ''),
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);

INSERT INTO customers (id, full_name)
SELECT
    id,
    full_name
FROM customers_old;

DROP TABLE customers_old;
