-- Initialization check: one row of ones when every table of the schema is there, no row otherwise.
-- seed: 000 2.3 Verify Initialization
-- differs: looks at this database only, where the original also counts tables of attached ones

WITH held AS (
    SELECT
        count(*) FILTER (WHERE t.table_name = 'agent_synchronizations') AS table_agent_sync,
        count(*) FILTER (WHERE t.table_name = 'sync_executions') AS table_sync_exec,
        count(*) FILTER (WHERE t.table_name = 'sync_audit_trail') AS table_audit,
        count(*) FILTER (WHERE t.table_name = 'schema_metadata') AS table_metadata
    FROM information_schema.tables AS t
    WHERE t.table_catalog = current_database() AND t.table_schema = 'main'
)

SELECT
    'Schema validation complete' AS status,
    h.table_agent_sync,
    h.table_sync_exec,
    h.table_audit,
    h.table_metadata
FROM held AS h
WHERE h.table_agent_sync = 1 AND h.table_sync_exec = 1 AND h.table_audit = 1 AND h.table_metadata = 1;
