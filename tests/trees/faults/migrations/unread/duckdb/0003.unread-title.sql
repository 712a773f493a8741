-- Title: what customers call themselves.

ALTER TABLE customers RENAME COLUMN full_name TO title;
