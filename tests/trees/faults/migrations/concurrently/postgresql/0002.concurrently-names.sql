-- Names: customers are looked up by them.

CREATE INDEX CONCURRENTLY customers_name_idx ON customers (name);
