-- Email: taken back.
-- loses: customers.email

ALTER TABLE customers
DROP COLUMN email;
