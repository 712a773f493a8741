-- Ledger parts: which of its tables and triggers exist, so that reading a database without a ledger creates none.

WITH part AS (
    SELECT
        database_name,
        schema_name,
        table_name AS part_name
    FROM duckdb_tables()
    UNION ALL
    SELECT
        database_name,
        schema_name,
        trigger_name
    FROM duckdb_triggers()
)

SELECT part_name
FROM part
WHERE
    database_name = current_database()
    AND schema_name = 'main'
    AND (part_name LIKE '\_yoyo\_%' ESCAPE '\' OR part_name LIKE '\_rung\_%' ESCAPE '\');
