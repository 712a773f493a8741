-- Sync executions verified: the record of every operation is exactly what this step made.
-- seed: 000 3.1 Entity Relationship Diagram; 3.2 Table Descriptions, Table 2; 3.3 Indexes; 4.2 Use Case 2

WITH expected (name, piece, problem) AS MATERIALIZED (
    VALUES
    ('sync_executions', NULL, 'table is missing: no operation can be recorded, and no audit event can refer to one'),
    (
        'sync_executions', 'execution_id VARCHAR',
        'column execution_id is missing, or is not what the application writes and reads'
    ),
    (
        'sync_executions', 'sync_id VARCHAR NOT NULL',
        'column sync_id is missing, or is not what the application writes and reads'
    ),
    (
        'sync_executions', 'execution_order INTEGER NOT NULL',
        'column execution_order is missing, or is not what the application writes and reads'
    ),
    (
        'sync_executions', 'operation_type VARCHAR NOT NULL',
        'column operation_type is missing, or is not what the application writes and reads'
    ),
    (
        'sync_executions', 'file_path VARCHAR',
        'column file_path is missing, or is not what the application writes and reads'
    ),
    (
        'sync_executions', 'phi_accessed BOOLEAN DEFAULT(false) NOT NULL',
        'column phi_accessed is missing, or an execution that does not name it is not one without PHI'
    ),
    (
        'sync_executions', 'phi_justification VARCHAR',
        'column phi_justification is missing, or is not what the application writes and reads'
    ),
    (
        'sync_executions', 'operation_result VARCHAR NOT NULL',
        'column operation_result is missing, or is not what the application writes and reads'
    ),
    (
        'sync_executions', 'error_message VARCHAR',
        'column error_message is missing, or is not what the application writes and reads'
    ),
    (
        'sync_executions', 'started_at TIMESTAMP WITH TIME ZONE DEFAULT(CURRENT_TIMESTAMP) NOT NULL',
        'column started_at is missing, or its value is not an instant that is set by itself'
    ),
    (
        'sync_executions', 'completed_at TIMESTAMP WITH TIME ZONE',
        'column completed_at is missing, or it takes the wall clock of a session for an instant'
    ),
    (
        'sync_executions', 'duration_ms INTEGER',
        'column duration_ms is missing, or is not what the application writes and reads'
    ),
    (
        'sync_executions', 'checksum_before VARCHAR',
        'column checksum_before is missing, or is not what the application writes and reads'
    ),
    (
        'sync_executions', 'checksum_after VARCHAR',
        'column checksum_after is missing, or is not what the application writes and reads'
    ),
    ('sync_executions', 'metadata JSON', 'column metadata is missing, or it accepts text that is not JSON'),
    ('sync_executions', 'PRIMARY KEY(execution_id)', 'two executions can have one execution_id'),
    (
        'sync_executions', 'FOREIGN KEY (sync_id) REFERENCES agent_synchronization_keys(sync_id)',
        'accepts an execution of a synchronization that does not exist'
    ),
    ('sync_executions', 'CHECK((execution_order >= 0))', 'accepts a negative execution_order, or refuses a proper one'),
    (
        'sync_executions',
        'CHECK((operation_type IN (''read'', ''write'', ''delete'', ''validate'', ''transform'', ''merge'', '
        || '''rollback'')))',
        'accepts an operation_type that is not one of the seven, or refuses one of them'
    ),
    (
        'sync_executions',
        'CHECK(((NOT phi_accessed) OR COALESCE(regexp_matches(phi_justification, ''[^\s\p{Z}\p{C}]''), false)))',
        'accepts an access to PHI without a justification, or with a blank one'
    ),
    (
        'sync_executions', 'CHECK((operation_result IN (''success'', ''failure'', ''skipped'', ''rolled_back'')))',
        'accepts an operation_result that is not one of the four, or refuses one of them'
    ),
    (
        'sync_executions', 'CHECK(isfinite(started_at))',
        'accepts an infinite started_at, which is no instant, or refuses one that is'
    ),
    (
        'sync_executions', 'CHECK(isfinite(completed_at))',
        'accepts an infinite completed_at, which is no instant, or refuses one that is'
    ),
    ('sync_executions', 'CHECK((duration_ms >= 0))', 'accepts a negative duration_ms, or refuses a proper one'),
    ('sync_execution_keys', NULL, 'table is missing: audit events have nothing to refer to'),
    (
        'sync_execution_keys', 'execution_id VARCHAR',
        'column execution_id is missing, or is not what the application writes and reads'
    ),
    ('sync_execution_keys', 'PRIMARY KEY(execution_id)', 'no foreign key can refer to an execution_id')
)

SELECT
    e.name AS subject,
    CASE
        WHEN e.piece IS NOT NULL THEN e.problem || '; expected ' || e.piece
        WHEN o.sql IS NULL THEN e.problem
        ELSE 'is not the table that this step made; it is now ' || o.sql
    END AS problem
FROM expected AS e
LEFT JOIN duckdb_tables() AS o
    ON
        e.name = o.table_name
        AND o.database_name = current_database()
        AND o.schema_name = 'main'
WHERE
    CASE
        WHEN e.piece IS NOT NULL THEN NOT contains(o.sql, e.piece)
        ELSE
            o.sql IS NULL
            OR o.sql NOT IN (
                SELECT 'CREATE TABLE ' || p.name || '(' || string_agg(p.piece, ', ') || ');'
                FROM expected AS p
                GROUP BY p.name
            )
    END;

WITH made (kind, name, sql) AS (
    SELECT
        'index',
        o.index_name,
        o.sql
    FROM duckdb_indexes() AS o
    WHERE o.database_name = current_database() AND o.schema_name = 'main'
    UNION ALL
    SELECT
        'trigger',
        o.trigger_name,
        o.sql
    FROM duckdb_triggers() AS o
    WHERE o.database_name = current_database() AND o.schema_name = 'main'
),

expected (kind, name, definition, problem) AS (
    VALUES
    (
        'index', 'idx_exec_sync', 'CREATE INDEX idx_exec_sync ON sync_executions(sync_id, execution_order);',
        'an index that the seed promises is not there, though DuckDB 2.0 does not use it'
    ),
    (
        'index', 'idx_exec_result', 'CREATE INDEX idx_exec_result ON sync_executions(operation_result);',
        'finding the few operations that failed reads all of them'
    ),
    (
        'index', 'idx_exec_phi', 'CREATE INDEX idx_exec_phi ON sync_executions(phi_accessed);',
        'finding the few operations that accessed PHI reads all of them'
    ),
    (
        'index', 'idx_exec_started', 'CREATE INDEX idx_exec_started ON sync_executions(started_at);',
        'finding the few latest operations reads all of them'
    ),
    (
        'index', 'idx_exec_file', 'CREATE INDEX idx_exec_file ON sync_executions(file_path);',
        'finding the operations on a file reads all of them'
    ),
    (
        'index', 'idx_exec_sync_result',
        'CREATE INDEX idx_exec_sync_result ON sync_executions(sync_id, operation_result);',
        'an index that the seed promises is not there, though DuckDB 2.0 does not use it'
    ),
    (
        'trigger', 'sync_executions_key_added',
        'CREATE TRIGGER sync_executions_key_added AFTER INSERT ON sync_executions REFERENCING NEW TABLE AS n FOR '
        || 'EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT n.execution_id FROM n;',
        'audit events of a new execution are refused'
    ),
    (
        'trigger', 'sync_executions_key_kept',
        'CREATE TRIGGER sync_executions_key_kept AFTER UPDATE ON sync_executions REFERENCING NEW TABLE AS n OLD '
        || 'TABLE AS o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT '
        || '"error"(((''execution_id '' || o.execution_id) || '' cannot be changed: insert a new execution '
        || 'instead'')) FROM o WHERE (NOT (o.execution_id = ANY(SELECT n.execution_id FROM n)));',
        'an execution_id that audit events refer to can be changed, which makes orphans of them'
    ),
    (
        'trigger', 'sync_executions_key_removed',
        'CREATE TRIGGER sync_executions_key_removed AFTER DELETE ON sync_executions REFERENCING OLD TABLE AS o '
        || 'FOR EACH STATEMENT DELETE FROM sync_execution_keys WHERE (execution_id = ANY(SELECT o.execution_id FROM '
        || 'o));',
        'an execution that audit events refer to can be deleted, which makes orphans of them'
    )
)

SELECT
    e.name AS subject,
    coalesce('is now ' || m.sql, e.kind || ' is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN made AS m ON e.kind = m.kind AND e.name = m.name
WHERE m.sql IS DISTINCT FROM e.definition;
