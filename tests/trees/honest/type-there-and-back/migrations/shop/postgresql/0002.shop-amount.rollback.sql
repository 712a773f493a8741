-- Amount taken back: an integer; a larger one is refused.

ALTER TABLE orders ALTER COLUMN amount TYPE integer;
