-- Amount: some orders are larger than an integer.

ALTER TABLE orders ALTER COLUMN amount TYPE bigint;
