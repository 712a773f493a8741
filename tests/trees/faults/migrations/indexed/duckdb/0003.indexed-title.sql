-- Title: what customers call themselves.

ALTER TABLE customers RENAME COLUMN name TO title;
