-- Large numbers: those of the new shop.

DROP SEQUENCE order_numbers;

CREATE SEQUENCE order_numbers START 1000000;
