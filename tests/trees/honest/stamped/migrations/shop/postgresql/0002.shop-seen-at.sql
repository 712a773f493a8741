-- Seen at: when we first knew of the order.

ALTER TABLE orders ADD COLUMN seen_at timestamptz NOT NULL DEFAULT clock_timestamp();

ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
