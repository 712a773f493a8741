-- Around the schema: the storage format of the file. DuckDB stores no other setting in it.

SELECT
    'setting' AS kind,
    'storage version' AS object_name,
    tags['storage_version'] AS definition
FROM duckdb_databases()
WHERE database_name = current_database() AND tags['storage_version'] IS NOT NULL;
