-- Purchases verified: the step is there.

SELECT
    'purchases.remark' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM duckdb_columns() WHERE table_name = 'purchases' AND column_name = 'remark');
