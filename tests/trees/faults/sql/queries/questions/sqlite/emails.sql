-- Emails: of all customers.

SELECT email
FROM customers;
