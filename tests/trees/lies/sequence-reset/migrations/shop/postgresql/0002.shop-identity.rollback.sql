-- Identity taken back: a sequence and a default.

ALTER TABLE orders ALTER COLUMN id DROP IDENTITY;

CREATE SEQUENCE orders_id_seq AS integer OWNED BY orders.id;

ALTER TABLE orders ALTER COLUMN id SET DEFAULT nextval('orders_id_seq');
