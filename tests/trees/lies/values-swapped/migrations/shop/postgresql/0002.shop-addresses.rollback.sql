-- Addresses taken back: the old names.

ALTER TABLE orders RENAME COLUMN payer TO ship_to;

ALTER TABLE orders RENAME COLUMN receiver TO bill_to;
