-- Seen at verified: the step is there.

SELECT
    'orders.seen_at' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM pg_attribute AS a
    WHERE a.attrelid = to_regclass('orders') AND a.attname = 'seen_at' AND NOT a.attisdropped
);
