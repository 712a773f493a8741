-- Around the schema: the storage format of the file, and for each type of one's own the statement that tells what it is
-- made of, which duckdb_types() keeps to itself.

SELECT
    'setting' AS kind,
    'storage version' AS object_name,
    tags['storage_version'] AS definition
FROM duckdb_databases()
WHERE database_name = current_database() AND tags['storage_version'] IS NOT NULL
UNION ALL
SELECT
    'ask' AS kind,
    type_name AS object_name,
    'SELECT ''type'', ''shape of ' || replace(schema_name || '.' || type_name, '''', '''''') 
    || ''', typeof(cast(NULL AS "' || replace(schema_name, '"', '""') || '"."' || replace(type_name, '"', '""') || '"))' AS definition
FROM duckdb_types()
WHERE database_name = current_database() AND NOT internal;
