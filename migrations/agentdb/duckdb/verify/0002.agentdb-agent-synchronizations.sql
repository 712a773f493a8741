-- Agent synchronizations verified: the register and the keys that others refer to are exactly what this step made.
-- seed: 000 3.1 Entity Relationship Diagram; 3.2 Table Descriptions, Table 1; 3.3 Indexes

WITH expected (name, piece, problem) AS MATERIALIZED (
    VALUES
    (
        'agent_synchronizations', NULL,
        'table is missing: no synchronization can be registered, and nothing can refer to one'
    ),
    (
        'agent_synchronizations', 'sync_id VARCHAR',
        'column sync_id is missing, or is not what the application writes and reads'
    ),
    (
        'agent_synchronizations', 'agent_id VARCHAR NOT NULL',
        'column agent_id is missing, or is not what the application writes and reads'
    ),
    (
        'agent_synchronizations', 'worktree_path VARCHAR',
        'column worktree_path is missing, or it refuses NULL, which means the main repository'
    ),
    (
        'agent_synchronizations', 'sync_type VARCHAR NOT NULL',
        'column sync_type is missing, or is not what the application writes and reads'
    ),
    (
        'agent_synchronizations', 'source_location VARCHAR NOT NULL',
        'column source_location is missing, or is not what the application writes and reads'
    ),
    (
        'agent_synchronizations', 'target_location VARCHAR NOT NULL',
        'column target_location is missing, or is not what the application writes and reads'
    ),
    (
        'agent_synchronizations', 'pattern VARCHAR NOT NULL',
        'column pattern is missing, or is not what the application writes and reads'
    ),
    (
        'agent_synchronizations', 'status VARCHAR NOT NULL',
        'column status is missing, or is not what the application writes and reads'
    ),
    (
        'agent_synchronizations', 'created_at TIMESTAMP WITH TIME ZONE DEFAULT(CURRENT_TIMESTAMP) NOT NULL',
        'column created_at is missing, or its value is not an instant that is set by itself'
    ),
    (
        'agent_synchronizations', 'completed_at TIMESTAMP WITH TIME ZONE',
        'column completed_at is missing, or it takes the wall clock of a session for an instant'
    ),
    (
        'agent_synchronizations', 'created_by VARCHAR NOT NULL',
        'column created_by is missing, or is not what the application writes and reads'
    ),
    ('agent_synchronizations', 'metadata JSON', 'column metadata is missing, or it accepts text that is not JSON'),
    ('agent_synchronizations', 'PRIMARY KEY(sync_id)', 'two synchronizations can have one sync_id'),
    (
        'agent_synchronizations',
        'CHECK((status IN (''pending'', ''in_progress'', ''completed'', ''failed'', ''rolled_back'')))',
        'accepts a status that is not one of the five of the lifecycle, or refuses one of them'
    ),
    (
        'agent_synchronizations', 'CHECK(isfinite(created_at))',
        'accepts an infinite created_at, which is no instant, or refuses one that is'
    ),
    (
        'agent_synchronizations', 'CHECK(isfinite(completed_at))',
        'accepts an infinite completed_at, which is no instant, or refuses one that is'
    ),
    ('agent_synchronization_keys', NULL, 'table is missing: executions and audit events have nothing to refer to'),
    (
        'agent_synchronization_keys', 'sync_id VARCHAR',
        'column sync_id is missing, or is not what the application writes and reads'
    ),
    ('agent_synchronization_keys', 'PRIMARY KEY(sync_id)', 'no foreign key can refer to a sync_id')
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
        'index', 'idx_sync_agent', 'CREATE INDEX idx_sync_agent ON agent_synchronizations(agent_id);',
        'finding the synchronizations of an agent reads all of them'
    ),
    (
        'index', 'idx_sync_status', 'CREATE INDEX idx_sync_status ON agent_synchronizations(status);',
        'finding the few synchronizations of a rare status reads all of them'
    ),
    (
        'index', 'idx_sync_created', 'CREATE INDEX idx_sync_created ON agent_synchronizations(created_at);',
        'finding the few latest synchronizations reads all of them'
    ),
    (
        'index', 'idx_sync_pattern', 'CREATE INDEX idx_sync_pattern ON agent_synchronizations(pattern);',
        'finding the few synchronizations of a rare pattern reads all of them'
    ),
    (
        'index', 'idx_sync_worktree', 'CREATE INDEX idx_sync_worktree ON agent_synchronizations(worktree_path);',
        'finding the synchronizations of a worktree reads all of them'
    ),
    (
        'index', 'idx_sync_agent_status',
        'CREATE INDEX idx_sync_agent_status ON agent_synchronizations(agent_id, status);',
        'an index that the seed promises is not there, though DuckDB 2.0 does not use it'
    ),
    (
        'trigger', 'agent_synchronizations_key_added',
        'CREATE TRIGGER agent_synchronizations_key_added AFTER INSERT ON agent_synchronizations REFERENCING NEW '
        || 'TABLE AS n FOR EACH STATEMENT INSERT INTO agent_synchronization_keys (sync_id) SELECT n.sync_id FROM n;',
        'executions and audit events of a new synchronization are refused'
    ),
    (
        'trigger', 'agent_synchronizations_key_kept',
        'CREATE TRIGGER agent_synchronizations_key_kept AFTER UPDATE ON agent_synchronizations REFERENCING NEW '
        || 'TABLE AS n OLD TABLE AS o FOR EACH STATEMENT INSERT INTO agent_synchronization_keys (sync_id) SELECT '
        || '"error"(((''sync_id '' || o.sync_id) || '' cannot be changed: insert a new synchronization instead'')) '
        || 'FROM o WHERE (NOT (o.sync_id = ANY(SELECT n.sync_id FROM n)));',
        'a sync_id that others refer to can be changed, which makes orphans of them'
    ),
    (
        'trigger', 'agent_synchronizations_key_removed',
        'CREATE TRIGGER agent_synchronizations_key_removed AFTER DELETE ON agent_synchronizations REFERENCING OLD '
        || 'TABLE AS o FOR EACH STATEMENT DELETE FROM agent_synchronization_keys WHERE (sync_id = ANY(SELECT '
        || 'o.sync_id FROM o));',
        'a synchronization that others refer to can be deleted, which makes orphans of them'
    )
)

SELECT
    e.name AS subject,
    coalesce('is now ' || m.sql, e.kind || ' is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN made AS m ON e.kind = m.kind AND e.name = m.name
WHERE m.sql IS DISTINCT FROM e.definition;
