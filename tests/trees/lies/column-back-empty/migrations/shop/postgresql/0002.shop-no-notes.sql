-- No notes: nobody reads them.

ALTER TABLE orders DROP COLUMN note;
