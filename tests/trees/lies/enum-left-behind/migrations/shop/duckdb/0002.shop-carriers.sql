-- Carriers: who delivers.

CREATE TYPE IF NOT EXISTS carrier AS ENUM ('DHL', 'UPS');

ALTER TABLE orders ADD COLUMN delivered_by carrier;
