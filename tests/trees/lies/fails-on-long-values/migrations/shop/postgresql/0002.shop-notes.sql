-- Notes: as long as you like.

ALTER TABLE orders ALTER COLUMN note TYPE text;
