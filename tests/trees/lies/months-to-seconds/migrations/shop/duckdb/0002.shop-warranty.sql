-- Warranty: in seconds, which every language can count.

ALTER TABLE orders ALTER COLUMN warranty TYPE BIGINT USING CAST(epoch(warranty) AS BIGINT);
