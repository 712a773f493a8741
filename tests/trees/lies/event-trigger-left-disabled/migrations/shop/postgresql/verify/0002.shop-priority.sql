-- Priority verified: the step is there.

SELECT
    'orders.priority' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM pg_attribute AS a
    WHERE a.attrelid = to_regclass('orders') AND a.attname = 'priority' AND NOT a.attisdropped
);
