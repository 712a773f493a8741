-- Customers: taken back.

DROP TABLE customers;
