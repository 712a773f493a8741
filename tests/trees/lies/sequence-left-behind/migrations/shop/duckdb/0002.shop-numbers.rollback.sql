-- Numbers taken back: the table.
-- loses: numbers_given (every row)

DROP TABLE numbers_given;
