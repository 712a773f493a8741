-- Purchases taken back: orders with notes.

ALTER TABLE purchases RENAME COLUMN remark TO note;

ALTER TABLE purchases RENAME TO orders;
