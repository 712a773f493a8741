-- Notes: a fixed width, for the printer.

ALTER TABLE orders ALTER COLUMN note TYPE char(20);
