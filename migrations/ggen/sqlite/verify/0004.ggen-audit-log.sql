-- Audit log verified: the compliance trail is exactly what this step made.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, Audit Log

SELECT
    'audit_log' AS subject,
    'table is missing: no operation leaves a trace' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'audit_log'
);

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'audit_log'
),

expected (name, definition) AS (
    VALUES
    ('id', 'INTEGER CONSTRAINT audit_log_pkey PRIMARY KEY AUTOINCREMENT'),
    ('timestamp', 'TEXT NOT NULL'),
    ('agent_id', 'TEXT NOT NULL'),
    ('operation', 'TEXT NOT NULL'),
    ('status', 'TEXT NOT NULL'),
    ('duration_ms', 'INTEGER'),
    ('error_message', 'TEXT'),
    ('context_json', 'TEXT'),
    ('created_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP')
)

SELECT
    'audit_log.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is not ' || e.definition) AS problem
FROM expected AS e
CROSS JOIN made AS m
LEFT JOIN pragma_table_xinfo('audit_log') AS c ON e.name = c.name
WHERE c.name IS NULL OR instr(m.sql, ' ' || e.name || ' ' || e.definition || ',') = 0;

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'audit_log'
),

expected (name, rule, problem) AS (
    VALUES
    (
        'audit_log_pkey',
        'PRIMARY KEY AUTOINCREMENT',
        'can hand out the id of a deleted entry again, so that a gap in the trail no longer shows'
    ),
    (
        'audit_log_status_check',
        'CHECK (status IN (''started'', ''completed'', ''failed'', ''skipped''))',
        'accepts a status that is not one of started, completed, failed and skipped, or refuses one of them'
    ),
    (
        'audit_log_duration_ms_check',
        'CHECK (typeof(duration_ms) IN (''integer'', ''null'') AND duration_ms >= 0)',
        'accepts a negative or non-integer duration_ms, or refuses a proper one'
    ),
    (
        'audit_log_context_json_check',
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
        'idx_audit_log_timestamp',
        'CREATE INDEX idx_audit_log_timestamp ON audit_log (timestamp DESC)',
        'reporting on a period reads the whole trail'
    ),
    (
        'idx_audit_log_agent_id',
        'CREATE INDEX idx_audit_log_agent_id ON audit_log (agent_id, timestamp DESC)',
        'finding the trail of an agent, latest first, reads the whole trail'
    ),
    (
        'idx_audit_log_status',
        'CREATE INDEX idx_audit_log_status ON audit_log (status, created_at DESC)',
        'finding the entries of a status, latest first, reads the whole trail'
    ),
    (
        'audit_log_agent_instant_idx',
        'CREATE INDEX audit_log_agent_instant_idx ON audit_log (agent_id, '
        || 'cast(round((julianday(timestamp) - 2440587.5) * 86400000.0) AS INTEGER))',
        'recent_executions reads the whole trail of an agent for each execution it shows'
    )
),

actual (name, definition) AS (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'audit_log'
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'audit_log'
LEFT JOIN actual AS a ON e.name = a.name
WHERE a.definition IS NOT e.definition;
