-- Numbers taken back: the sequence, and whatever uses it.

ALTER TABLE orders ALTER COLUMN id DROP DEFAULT;

DROP SEQUENCE order_numbers CASCADE;
