-- Names: customers are looked up by them.

UPDATE customers
SET name = upper(name);

CREATE INDEX customers_name_idx ON customers (name);
