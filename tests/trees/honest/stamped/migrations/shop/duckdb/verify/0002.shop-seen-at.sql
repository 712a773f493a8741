-- Seen at verified: the step is there.

SELECT
    'orders.seen_at' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM duckdb_columns() WHERE table_name = 'orders' AND column_name = 'seen_at');
