-- Unit verified: the step is there.

SELECT
    'readings.unit' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM duckdb_columns() WHERE table_name = 'readings' AND column_name = 'unit');
