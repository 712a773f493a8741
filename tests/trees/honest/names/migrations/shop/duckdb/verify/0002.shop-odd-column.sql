-- Odd column verified: the step is there.

SELECT
    'Order Lines.a b.c' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM duckdb_columns() WHERE table_name = 'Order Lines' AND column_name = 'a b.c');
