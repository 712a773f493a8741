-- No notes verified: the step is there.

SELECT
    'orders.note' AS subject,
    'is still there' AS problem
WHERE EXISTS (SELECT 1 FROM duckdb_columns() WHERE table_name = 'orders' AND column_name = 'note');
