-- Seen at: when we first knew of the order.

ALTER TABLE orders ADD COLUMN seen_at TIMESTAMPTZ DEFAULT now();

ALTER TABLE orders ADD COLUMN token UUID DEFAULT gen_random_uuid();
