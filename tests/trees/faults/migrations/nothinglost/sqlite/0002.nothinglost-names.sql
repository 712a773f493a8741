-- Names: customers are looked up by them.

CREATE INDEX customers_name_idx ON customers (name);
