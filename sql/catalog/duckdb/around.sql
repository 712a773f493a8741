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
    t.type_name AS object_name,
    'SELECT ''type'', '''
    || replace(if(t.schema_name = 'main', '', t.schema_name || '.') || t.type_name, '''', '''''')
    || ''', typeof(cast(NULL AS "' || replace(t.schema_name, '"', '""') || '"."' || replace(t.type_name, '"', '""')
    || '"))' AS definition
FROM duckdb_types() AS t
WHERE t.database_name = current_database() AND NOT t.internal;
