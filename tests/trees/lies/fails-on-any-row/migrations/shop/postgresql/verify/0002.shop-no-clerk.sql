-- No clerk verified: the step is there.

SELECT
    'orders.clerk' AS subject,
    'is still there' AS problem
WHERE EXISTS (
    SELECT 1 FROM pg_attribute AS a
    WHERE a.attrelid = to_regclass('orders') AND a.attname = 'clerk' AND NOT a.attisdropped
);
