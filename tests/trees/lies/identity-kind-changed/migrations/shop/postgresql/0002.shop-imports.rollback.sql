-- Imports taken back: numbers count on.

ALTER TABLE orders ALTER COLUMN id RESTART;
