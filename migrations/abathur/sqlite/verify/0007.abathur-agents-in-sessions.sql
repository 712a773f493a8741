-- Agents in sessions verified: agents are what they were, with a session, and in one of four states.
-- seed: 003 2. Database Initialization, Table Creation Sequence

SELECT
    'agents' AS subject,
    'table is missing: nobody can work on a task' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'agents'
);

WITH expected (name, type, required, default_value, key_position) AS (
    VALUES
    ('id', 'TEXT', 0, NULL, 1),
    ('name', 'TEXT', 1, NULL, 0),
    ('specialization', 'TEXT', 1, NULL, 0),
    ('task_id', 'TEXT', 1, NULL, 0),
    ('state', 'TEXT', 1, NULL, 0),
    ('model', 'TEXT', 1, NULL, 0),
    ('spawned_at', 'TIMESTAMP', 1, NULL, 0),
    ('terminated_at', 'TIMESTAMP', 0, NULL, 0),
    ('resource_usage', 'TEXT', 0, NULL, 0)
)

SELECT
    'agents.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is no longer what it was')
    || '; expected ' || e.type || iif(e.required, ' NOT NULL', '') || coalesce(' DEFAULT ' || e.default_value, '')
    || iif(e.key_position, ', number ' || e.key_position || ' of the primary key', '') AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'agents'
LEFT JOIN pragma_table_info('agents') AS c ON e.name = c.name
WHERE
    upper(c.type) IS NOT e.type
    OR c.dflt_value IS NOT e.default_value
    OR c.pk IS NOT e.key_position
    OR c."notnull" IS NOT e.required;

WITH expected (name, parent, on_delete, problem) AS (
    VALUES
    ('task_id', 'tasks', 'NO ACTION', 'accepts a task that does not exist, or lets it be deleted'),
    ('session_id', 'sessions', 'SET NULL', 'accepts a session that does not exist, or keeps it from being deleted')
)

SELECT
    'agents.' || e.name AS subject,
    e.problem || '; expected a foreign key to ' || e.parent || ' (id) ON DELETE ' || e.on_delete AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'agents'
WHERE NOT EXISTS (
    SELECT 1 FROM pragma_foreign_key_list('agents') AS k
    WHERE
        k."from" = e.name AND lower(k."table") = e.parent AND coalesce(k."to", 'id') = 'id'
        AND replace(k.on_delete, 'RESTRICT', 'NO ACTION') = e.on_delete
);

-- The ends of the clauses, here and below, overlap, so that nothing can be slipped in between two of them.
WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'agents'
),

expected (clause, problem) AS (
    VALUES
    (
        'session_id TEXT CONSTRAINT agents_session_id_fkey REFERENCES sessions (id) ON DELETE SET NULL CONSTRAINT',
        'an agent cannot belong to a session, or goes with it when it is deleted'
    ),
    ('CONSTRAINT agents_id_check CHECK (id IS NOT NULL) CONSTRAINT', 'accepts an agent without an id'),
    (
        'CONSTRAINT agents_state_check CHECK (state IN (''idle'', ''working'', ''waiting'', ''terminated''))',
        'accepts a state that is not one of the four, or refuses one of them'
    )
)

SELECT
    'agents.session_id' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, e.clause) = 0;

WITH expected (name, definition, problem) AS (
    VALUES
    (
        'idx_agents_session',
        'CREATE INDEX idx_agents_session ON agents (session_id, spawned_at DESC) WHERE session_id IS NOT NULL',
        'finding the agents of a session, as deleting one does, reads every agent'
    )
),

actual (name, definition) AS (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'agents'
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'agents'
LEFT JOIN actual AS a ON e.name = a.name
WHERE a.definition IS NOT e.definition;
