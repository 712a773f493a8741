-- Email: where invoices go.

ALTER TABLE customers
ADD COLUMN email text NOT NULL;
