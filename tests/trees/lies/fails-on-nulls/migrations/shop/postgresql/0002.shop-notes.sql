-- Notes: an order may have none.

ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
