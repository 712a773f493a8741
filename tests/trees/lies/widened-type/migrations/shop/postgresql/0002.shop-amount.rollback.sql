-- Amount taken back: an integer holds whatever was there.

ALTER TABLE orders ALTER COLUMN amount TYPE integer, ALTER COLUMN note TYPE varchar;
