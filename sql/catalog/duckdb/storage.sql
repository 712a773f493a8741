-- Storage format of the file, as the version of DuckDB that began it (v2.0.0+); NULL for a database in memory.

SELECT tags['storage_version'] AS storage_version
FROM duckdb_databases()
WHERE database_name = current_database();
