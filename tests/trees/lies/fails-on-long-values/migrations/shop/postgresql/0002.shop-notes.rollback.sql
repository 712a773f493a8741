-- Notes taken back: as long as before.

ALTER TABLE orders ALTER COLUMN note TYPE varchar(10);
