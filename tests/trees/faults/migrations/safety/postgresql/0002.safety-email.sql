-- Email: where invoices go.

ALTER TABLE customers
ADD COLUMN email TEXT NOT NULL;
