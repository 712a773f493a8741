-- Notes taken back: they may be missing again.

ALTER TABLE orders ALTER COLUMN note DROP DEFAULT, ALTER COLUMN note DROP NOT NULL;
