-- Numbers: given by the database.

CREATE SEQUENCE order_numbers START 1000;

ALTER TABLE orders ALTER COLUMN id SET DEFAULT nextval('order_numbers');
