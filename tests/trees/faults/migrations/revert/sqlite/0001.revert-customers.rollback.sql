-- Customers: taken back.
-- loses: customer, customers

DROP TABLE customer;
