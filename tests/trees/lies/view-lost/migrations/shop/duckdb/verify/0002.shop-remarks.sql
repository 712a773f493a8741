-- Remarks verified: the step is there.

SELECT
    'orders.remark' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM duckdb_columns() WHERE table_name = 'orders' AND column_name = 'remark');
