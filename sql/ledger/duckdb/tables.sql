-- Ledger tables: which of them exist, so that reading a database without a ledger creates none.

SELECT table_name
FROM duckdb_tables()
WHERE
    database_name = current_database()
    AND schema_name = 'main'
    AND table_name IN (
        '_yoyo_migration', '_yoyo_log', '_yoyo_version', '_rung_step', '_rung_event', '_rung_version'
    );
