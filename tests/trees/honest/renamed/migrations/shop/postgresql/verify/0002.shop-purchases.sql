-- Purchases verified: the step is there.

SELECT
    'purchases.remark' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM pg_attribute AS a
    WHERE a.attrelid = to_regclass('purchases') AND a.attname = 'remark' AND NOT a.attisdropped
);
