-- Customers: taken back.
-- loses: customers

DROP TABLE customers;
