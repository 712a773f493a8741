-- Names: customers are looked up by them.

CREATE INDEX customers_full_name_idx ON customers (full_name);
