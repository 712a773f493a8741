-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

ALTER VIEW open_orders ALTER COLUMN status SET DEFAULT 'paid';
