-- Large numbers: those of the new shop.

DROP SEQUENCE order_numbers;

CREATE SEQUENCE order_numbers AS bigint;

SELECT setval('order_numbers', 1000000, FALSE);
