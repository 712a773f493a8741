-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

CREATE FOREIGN TABLE IF NOT EXISTS far_orders (
    id integer
) SERVER shop_far;
