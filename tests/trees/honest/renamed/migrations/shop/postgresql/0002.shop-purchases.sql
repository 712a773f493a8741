-- Purchases: what orders are called now, and remarks what notes are.

ALTER TABLE orders RENAME TO purchases;

ALTER TABLE purchases RENAME COLUMN note TO remark;
