-- Page size verified: what the step makes is there.

WITH expected (subject) AS (VALUES ('settings')),

found (name) AS (
    SELECT schema_name FROM duckdb_schemas()
    UNION ALL
    SELECT table_name FROM duckdb_tables()
    UNION ALL
    SELECT index_name FROM duckdb_indexes()
    UNION ALL
    SELECT view_name FROM duckdb_views()
    UNION ALL
    SELECT trigger_name FROM duckdb_triggers()
    UNION ALL
    SELECT sequence_name FROM duckdb_sequences()
    UNION ALL
    SELECT type_name FROM duckdb_types()
    UNION ALL
    SELECT function_name FROM duckdb_functions()
)

SELECT
    subject,
    'is missing' AS problem
FROM expected
WHERE subject NOT IN (SELECT name FROM found);
