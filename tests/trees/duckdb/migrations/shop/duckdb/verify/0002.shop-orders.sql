-- orders verified: what the step makes is there.

WITH expected (subject) AS (VALUES ('orders'), ('orders_are_kept')),

found (name) AS (
    SELECT table_name FROM duckdb_tables()
    UNION ALL
    SELECT index_name FROM duckdb_indexes()
    UNION ALL
    SELECT trigger_name FROM duckdb_triggers()
)

SELECT
    subject,
    'is missing' AS problem
FROM expected
WHERE subject NOT IN (SELECT name FROM found);
