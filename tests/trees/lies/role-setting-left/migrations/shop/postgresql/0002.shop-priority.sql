-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

ALTER ROLE shop_clerk SET statement_timeout = '5s';
