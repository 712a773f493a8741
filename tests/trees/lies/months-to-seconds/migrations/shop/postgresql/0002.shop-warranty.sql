-- Warranty: in seconds, which every language can count.

ALTER TABLE orders ALTER COLUMN warranty TYPE bigint USING extract(EPOCH FROM warranty)::bigint;
