-- Priority verified: the step is there.

SELECT
    'orders.priority' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM duckdb_columns() WHERE table_name = 'orders' AND column_name = 'priority');
