-- Unit verified: the step is there.

SELECT
    'readings.unit' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM pg_attribute AS a
    WHERE a.attrelid = to_regclass('readings') AND a.attname = 'unit' AND NOT a.attisdropped
);
