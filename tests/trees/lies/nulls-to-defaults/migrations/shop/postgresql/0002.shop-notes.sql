-- Notes: an order without one has an empty one.

UPDATE orders SET note = '' WHERE note IS NULL;

ALTER TABLE orders ALTER COLUMN note SET DEFAULT '', ALTER COLUMN note SET NOT NULL;
