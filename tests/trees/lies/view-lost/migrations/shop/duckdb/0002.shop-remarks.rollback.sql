-- Remarks taken back: notes again.

DROP VIEW open_orders;

ALTER TABLE orders RENAME COLUMN remark TO note;
