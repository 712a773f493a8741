-- Customers taken back: the table and its index.
-- loses: customers (every row)

DROP INDEX customers_name_idx;

DROP TABLE customers;
