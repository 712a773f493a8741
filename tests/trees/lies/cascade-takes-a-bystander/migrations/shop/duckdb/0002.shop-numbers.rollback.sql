-- Numbers taken back: the sequence, and the default that uses it.

DROP SEQUENCE order_numbers CASCADE;
