-- Large numbers taken back: the sequence.

DROP SEQUENCE order_numbers;

CREATE SEQUENCE order_numbers;
