-- Sent at taken back: without the zone.

ALTER TABLE orders ALTER COLUMN sent_at TYPE timestamp;
