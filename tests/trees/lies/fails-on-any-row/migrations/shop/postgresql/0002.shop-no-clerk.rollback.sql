-- No clerk taken back: the column.

ALTER TABLE orders ADD COLUMN clerk text NOT NULL;
