-- Uses: statements that the engine plans as long as what a view reads is there. DuckDB lets a column go that a view
-- reads, and complains when the view is used; what a trigger needs it keeps.

SELECT
    'view' AS kind,
    v.view_name AS object_name,
    format('EXPLAIN SELECT * FROM "{}"."{}"', replace(v.schema_name, '"', '""'), replace(v.view_name, '"', '""'))
        AS asked
FROM duckdb_views() AS v
WHERE NOT v.internal AND v.database_name = current_database()
ORDER BY 1, 2;
