-- Notes taken back: every order has one.

ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
