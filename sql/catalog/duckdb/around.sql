-- Around the schema: the storage format of the file, and for each type of one's own the statement that tells what it is
-- made of, which duckdb_types() keeps to itself.

WITH own_type AS (
    SELECT
        type_name,
        replace(if(schema_name = 'main', '', schema_name || '.') || type_name, '''', '''''') AS shown,
        '"' || replace(schema_name, '"', '""') || '"."' || replace(type_name, '"', '""') || '"' AS place
    FROM duckdb_types()
    WHERE database_name = current_database() AND NOT internal
)

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
    'SELECT ''type'', ''' || shown || ''', ''CREATE TYPE ' || shown || ' AS '' || typeof(cast(NULL AS ' || place
    || '))' AS definition
FROM own_type;
