-- Triggers beside the ledger's own: what may write elsewhere than the statement says.

SELECT trigger_name
FROM duckdb_triggers()
WHERE
    database_name = current_database()
    AND NOT (
        schema_name = 'main'
        AND table_name = '_rung_event'
        AND trigger_name IN ('_rung_event_keeps_rows', '_rung_event_keeps_values')
    );
