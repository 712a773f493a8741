-- Large numbers taken back: the sequence as it was made.

DROP SEQUENCE order_numbers;

CREATE SEQUENCE order_numbers AS integer;
