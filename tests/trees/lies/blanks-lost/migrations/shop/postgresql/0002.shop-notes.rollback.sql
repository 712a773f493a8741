-- Notes taken back: text.

ALTER TABLE orders ALTER COLUMN note TYPE text;
