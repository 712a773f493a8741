-- Workflow sessions verified: the table that receipts and collisions refer to is exactly what this step made.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, Workflow Session

-- The schema is compared as SQLite stores it, word for word; only line breaks and indentation are taken out.

SELECT
    'workflow_sessions' AS subject,
    'table is missing: no run of several agents can be recorded, and nothing can refer to one' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'workflow_sessions'
);

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'workflow_sessions'
),

expected (name, definition) AS (
    VALUES
    ('id', 'INTEGER CONSTRAINT workflow_sessions_pkey PRIMARY KEY AUTOINCREMENT'),
    ('session_id', 'TEXT NOT NULL'),
    ('start_time', 'TIMESTAMP NOT NULL'),
    ('end_time', 'TIMESTAMP'),
    ('status', 'TEXT NOT NULL'),
    ('agent_count', 'INTEGER NOT NULL'),
    ('total_duration_ms', 'INTEGER'),
    ('successful_operations', 'INTEGER DEFAULT 0'),
    ('failed_operations', 'INTEGER DEFAULT 0'),
    ('context_json', 'TEXT'),
    ('created_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP')
)

SELECT
    'workflow_sessions.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is not ' || e.definition) AS problem
FROM expected AS e
CROSS JOIN made AS m
LEFT JOIN pragma_table_xinfo('workflow_sessions') AS c ON e.name = c.name
WHERE c.name IS NULL OR instr(m.sql, ' ' || e.name || ' ' || e.definition || ',') = 0;

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'workflow_sessions'
),

expected (name, rule, problem) AS (
    VALUES
    (
        'workflow_sessions_pkey',
        'PRIMARY KEY AUTOINCREMENT',
        'can hand out the id of a deleted session again'
    ),
    (
        'workflow_sessions_status_check',
        'CHECK (status IN (''running'', ''completed'', ''failed'', ''cancelled''))',
        'accepts a status that is not one of running, completed, failed and cancelled, or refuses one of them'
    ),
    (
        'workflow_sessions_agent_count_check',
        'CHECK (typeof(agent_count) = ''integer'' AND agent_count >= 0)',
        'accepts a negative or non-integer agent_count, or refuses a proper one'
    ),
    (
        'workflow_sessions_total_duration_ms_check',
        'CHECK ( typeof(total_duration_ms) IN (''integer'', ''null'') AND total_duration_ms >= 0 )',
        'accepts a negative or non-integer total_duration_ms, or refuses a proper one'
    ),
    (
        'workflow_sessions_successful_operations_check',
        'CHECK ( typeof(successful_operations) IN (''integer'', ''null'') AND successful_operations >= 0 )',
        'accepts a negative or non-integer successful_operations, or refuses a proper one'
    ),
    (
        'workflow_sessions_failed_operations_check',
        'CHECK ( typeof(failed_operations) IN (''integer'', ''null'') AND failed_operations >= 0 )',
        'accepts a negative or non-integer failed_operations, or refuses a proper one'
    ),
    (
        'workflow_sessions_context_json_check',
        'CHECK (context_json IS NULL OR json_valid(context_json))',
        'accepts a context_json that is not JSON, or refuses one that is'
    )
)

SELECT
    e.name AS subject,
    e.problem || '; expected ' || e.rule AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, ' CONSTRAINT ' || e.name || ' ' || e.rule) = 0;

WITH expected (name, definition, problem) AS (
    VALUES
    (
        'idx_workflow_sessions_session_id',
        'CREATE UNIQUE INDEX idx_workflow_sessions_session_id ON workflow_sessions (session_id)',
        'two sessions can share a session_id, and no foreign key can refer to it'
    ),
    (
        'idx_workflow_sessions_status',
        'CREATE INDEX idx_workflow_sessions_status ON workflow_sessions (status, created_at DESC)',
        'finding the sessions of a status, latest first, reads every session'
    ),
    (
        'idx_workflow_sessions_created_at',
        'CREATE INDEX idx_workflow_sessions_created_at ON workflow_sessions (created_at DESC)',
        'finding the latest sessions reads every session'
    )
),

actual (name, definition) AS (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'workflow_sessions'
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'workflow_sessions'
LEFT JOIN actual AS a ON e.name = a.name
WHERE a.definition IS NOT e.definition;
