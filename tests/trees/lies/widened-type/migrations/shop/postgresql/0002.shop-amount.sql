-- Amount: some orders are larger than a small integer.

ALTER TABLE orders ALTER COLUMN amount TYPE bigint, ALTER COLUMN note TYPE text;
