-- Amounts: a table that is made anew.

ALTER TABLE orders ADD COLUMN amount integer;
