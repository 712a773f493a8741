-- Large numbers: the column and its sequence.

ALTER TABLE orders ALTER COLUMN id TYPE bigint;

ALTER SEQUENCE orders_id_seq AS bigint;
