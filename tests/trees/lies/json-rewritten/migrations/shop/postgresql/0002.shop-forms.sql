-- Forms: in the binary form, which has an index.

ALTER TABLE orders ALTER COLUMN form TYPE jsonb;
