-- Sent at: an instant, from the clock on the wall of the warehouse.

ALTER TABLE orders ALTER COLUMN sent_at TYPE timestamptz USING sent_at AT TIME ZONE 'Europe/Berlin';
