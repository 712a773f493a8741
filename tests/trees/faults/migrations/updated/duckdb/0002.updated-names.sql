-- Names: customers are looked up by them.

UPDATE customers
SET full_name = upper(full_name);

CREATE INDEX customers_full_name_idx ON customers (full_name);
