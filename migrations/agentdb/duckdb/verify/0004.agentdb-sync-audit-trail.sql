-- Sync audit trail verified: the compliance trail is exactly what this step made.
-- seed: 000 3.1 Entity Relationship Diagram; 3.2 Table Descriptions, Table 3; 3.3 Indexes

WITH expected (piece, problem) AS MATERIALIZED (
    VALUES
    (NULL, 'table is missing: nothing that happens leaves a trace'),
    ('audit_id VARCHAR', 'column audit_id is missing, or is not what the application writes and reads'),
    ('sync_id VARCHAR NOT NULL', 'column sync_id is missing, or is not what the application writes and reads'),
    ('execution_id VARCHAR', 'column execution_id is missing, or is not what the application writes and reads'),
    ('event_type VARCHAR NOT NULL', 'column event_type is missing, or is not what the application writes and reads'),
    ('actor VARCHAR NOT NULL', 'column actor is missing, or is not what the application writes and reads'),
    ('actor_role VARCHAR NOT NULL', 'column actor_role is missing, or is not what the application writes and reads'),
    (
        '"timestamp" TIMESTAMP WITH TIME ZONE DEFAULT(CURRENT_TIMESTAMP) NOT NULL',
        'column timestamp is missing, or its value is not an instant that is set by itself'
    ),
    (
        'phi_involved BOOLEAN DEFAULT(false) NOT NULL',
        'column phi_involved is missing, or an event that does not name it is not one without PHI'
    ),
    (
        'compliance_context JSON NOT NULL',
        'column compliance_context is missing, or it accepts nothing, or text that is not JSON'
    ),
    ('event_details JSON NOT NULL', 'column event_details is missing, or it accepts nothing, or text that is not JSON'),
    ('ip_address VARCHAR', 'column ip_address is missing, or is not what the application writes and reads'),
    ('session_id VARCHAR', 'column session_id is missing, or is not what the application writes and reads'),
    ('PRIMARY KEY(audit_id)', 'two events can have one audit_id'),
    (
        'FOREIGN KEY (sync_id) REFERENCES agent_synchronization_keys(sync_id)',
        'accepts an event of a synchronization that does not exist'
    ),
    (
        'FOREIGN KEY (execution_id) REFERENCES sync_execution_keys(execution_id)',
        'accepts an event of an execution that does not exist'
    ),
    (
        'CHECK((event_type IN (''sync_initiated'', ''sync_progressing'', ''sync_completed'', ''sync_failed'', '
        || '''sync_rolled_back'', ''phi_accessed'', ''phi_created'', ''phi_modified'', ''validation_failed'', '
        || '''conflict_detected'', ''conflict_resolved'', ''permission_denied'', ''integrity_violation'')))',
        'accepts an event_type that is not one of the thirteen, or refuses one of them'
    ),
    (
        'CHECK((actor_role IN (''human_user'', ''autonomous_agent'', ''system'')))',
        'accepts an actor_role that is not one of the three, or refuses one of them'
    ),
    ('CHECK(isfinite("timestamp"))', 'accepts an infinite timestamp, which is no instant, or refuses one that is')
)

SELECT
    'sync_audit_trail' AS subject,
    CASE
        WHEN e.piece IS NOT NULL THEN e.problem || '; expected ' || e.piece
        WHEN o.sql IS NULL THEN e.problem
        ELSE 'is not the table that this step made; it is now ' || o.sql
    END AS problem
FROM expected AS e
LEFT JOIN duckdb_tables() AS o
    ON
        o.table_name = 'sync_audit_trail'
        AND o.database_name = current_database()
        AND o.schema_name = 'main'
WHERE
    CASE
        WHEN e.piece IS NOT NULL THEN NOT contains(o.sql, e.piece)
        ELSE
            o.sql IS DISTINCT FROM (
                SELECT 'CREATE TABLE sync_audit_trail(' || string_agg(p.piece, ', ') || ');' FROM expected AS p
            )
    END;

WITH expected (name, definition, problem) AS (
    VALUES
    (
        'idx_audit_sync', 'CREATE INDEX idx_audit_sync ON sync_audit_trail(sync_id, "timestamp");',
        'an index that the seed promises is not there, though DuckDB 2.0 does not use it'
    ),
    (
        'idx_audit_execution', 'CREATE INDEX idx_audit_execution ON sync_audit_trail(execution_id);',
        'finding the events of an execution reads the whole trail'
    ),
    (
        'idx_audit_event', 'CREATE INDEX idx_audit_event ON sync_audit_trail(event_type);',
        'finding the events of a rare type reads the whole trail'
    ),
    (
        'idx_audit_timestamp', 'CREATE INDEX idx_audit_timestamp ON sync_audit_trail("timestamp");',
        'finding the few latest events reads the whole trail'
    ),
    (
        'idx_audit_phi', 'CREATE INDEX idx_audit_phi ON sync_audit_trail(phi_involved);',
        'finding the events that involve PHI reads the whole trail where they are few'
    ),
    (
        'idx_audit_actor', 'CREATE INDEX idx_audit_actor ON sync_audit_trail(actor);',
        'finding the events of an actor who has few reads the whole trail'
    ),
    (
        'idx_audit_session', 'CREATE INDEX idx_audit_session ON sync_audit_trail(session_id);',
        'finding the events of a session reads the whole trail'
    ),
    (
        'idx_audit_phi_actor_time',
        'CREATE INDEX idx_audit_phi_actor_time ON sync_audit_trail(phi_involved, actor, "timestamp");',
        'an index that the seed promises is not there, though DuckDB 2.0 does not use it'
    )
)

SELECT
    e.name AS subject,
    coalesce('is now ' || o.sql, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN duckdb_indexes() AS o
    ON
        e.name = o.index_name
        AND o.database_name = current_database()
        AND o.schema_name = 'main'
WHERE o.sql IS DISTINCT FROM e.definition;
