-- No notes taken back: the column.

ALTER TABLE orders ADD COLUMN note text;
