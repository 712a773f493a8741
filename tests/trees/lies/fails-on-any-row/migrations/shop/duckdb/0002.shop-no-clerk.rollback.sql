-- No clerk taken back: the column.

ALTER TABLE orders ADD COLUMN clerk VARCHAR;

ALTER TABLE orders ALTER COLUMN clerk SET NOT NULL;
