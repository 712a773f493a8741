-- Mail taken back: text.

ALTER TABLE orders ALTER COLUMN mail TYPE text;
