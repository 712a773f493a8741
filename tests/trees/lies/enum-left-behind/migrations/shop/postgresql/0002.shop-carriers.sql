-- Carriers: who delivers.

DO $body$
BEGIN
    CREATE TYPE carrier AS ENUM ('DHL', 'UPS');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$body$;

ALTER TABLE orders ADD COLUMN delivered_by carrier;
