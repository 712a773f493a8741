-- Forms taken back: as text.

ALTER TABLE orders ALTER COLUMN form TYPE json;
