-- Agents in sessions verified: agents are what they were, with a session, and in one of four states.
-- seed: 003 2. Database Initialization, Table Creation Sequence

WITH made (sql) AS MATERIALIZED (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'agents'
),

columns (name, type, required, default_value, key_position) AS (
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
),

parents (name, parent, on_delete, problem) AS (
    VALUES
    ('task_id', 'tasks', 'NO ACTION', 'accepts a task that does not exist, or lets it be deleted'),
    ('session_id', 'sessions', 'SET NULL', 'accepts a session that does not exist, or keeps it from being deleted')
),

-- The ends of the clauses overlap, so that nothing can be slipped in between two of them.
rules (clause, problem) AS (
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
    'agents' AS subject,
    'table is missing: nobody can work on a task' AS problem
WHERE NOT EXISTS (SELECT 1 FROM made)
UNION ALL
SELECT
    'agents.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is no longer what it was')
    || '; expected ' || e.type || iif(e.required, ' NOT NULL', '') || coalesce(' DEFAULT ' || e.default_value, '')
    || iif(e.key_position, ', number ' || e.key_position || ' of the primary key', '') AS problem
FROM columns AS e
CROSS JOIN made
LEFT JOIN pragma_table_info('agents') AS c ON e.name = c.name
WHERE
    upper(c.type) IS NOT e.type
    OR c.dflt_value IS NOT e.default_value
    OR c.pk IS NOT e.key_position
    OR c."notnull" IS NOT e.required
UNION ALL
SELECT
    'agents.' || p.name AS subject,
    p.problem || '; expected a foreign key to ' || p.parent || ' (id) ON DELETE ' || p.on_delete AS problem
FROM parents AS p
CROSS JOIN made
WHERE
    NOT EXISTS (
        SELECT 1 FROM pragma_foreign_key_list('agents') AS k
        WHERE
            k."from" = p.name AND lower(k."table") = p.parent AND coalesce(k."to", 'id') = 'id'
            AND replace(k.on_delete, 'RESTRICT', 'NO ACTION') = p.on_delete
    )
UNION ALL
SELECT
    'agents.session_id' AS subject,
    r.problem || '; expected ' || r.clause AS problem
FROM rules AS r
CROSS JOIN made AS m
WHERE instr(m.sql, r.clause) = 0;

WITH made (name, sql) AS MATERIALIZED (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'agents'
),

expected (name, definition, problem) AS (
    VALUES
    (
        'idx_agents_session',
        'CREATE INDEX idx_agents_session ON agents (session_id, spawned_at DESC) WHERE session_id IS NOT NULL',
        'finding the agents of a session, as deleting one does, reads every agent'
    )
)

SELECT
    e.name AS subject,
    coalesce('is now ' || m.sql, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN made AS m ON e.name = m.name
WHERE
    m.sql IS NOT e.definition
    AND EXISTS (
        SELECT 1 FROM sqlite_schema AS t
        WHERE t.type = 'table' AND t.name = 'agents'
    );
