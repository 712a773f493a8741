-- Title: taken back.

ALTER TABLE customers RENAME COLUMN title TO full_name;
