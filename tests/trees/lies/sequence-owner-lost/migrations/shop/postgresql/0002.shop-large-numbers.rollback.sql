-- Large numbers taken back: the sequence stands by itself, so that nothing drops it.

ALTER TABLE orders ALTER COLUMN id TYPE integer;

ALTER SEQUENCE orders_id_seq AS integer OWNED BY NONE;
