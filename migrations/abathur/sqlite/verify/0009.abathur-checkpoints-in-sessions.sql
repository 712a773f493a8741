-- Checkpoints in sessions verified: checkpoints are what they were, with a session.
-- seed: 003 2. Database Initialization, Table Creation Sequence

WITH made (sql) AS MATERIALIZED (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'checkpoints'
),

columns (name, type, required, default_value, key_position) AS (
    VALUES
    ('task_id', 'TEXT', 1, NULL, 1),
    ('iteration', 'INTEGER', 1, NULL, 2),
    ('state', 'TEXT', 1, NULL, 0),
    ('created_at', 'TIMESTAMP', 1, NULL, 0)
),

parents (name, parent, on_delete, problem) AS (
    VALUES
    ('task_id', 'tasks', 'NO ACTION', 'accepts a task that does not exist, or lets it be deleted'),
    ('session_id', 'sessions', 'SET NULL', 'accepts a session that does not exist, or keeps it from being deleted')
),

rules (clause, problem) AS (
    VALUES
    (
        'session_id TEXT CONSTRAINT checkpoints_session_id_fkey REFERENCES sessions (id) ON DELETE SET NULL',
        'a checkpoint cannot belong to a session, or goes with it when it is deleted'
    )
)

SELECT
    'checkpoints' AS subject,
    'table is missing: a task that stops starts over' AS problem
WHERE NOT EXISTS (SELECT 1 FROM made)
UNION ALL
SELECT
    'checkpoints.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is no longer what it was')
    || '; expected ' || e.type || iif(e.required, ' NOT NULL', '') || coalesce(' DEFAULT ' || e.default_value, '')
    || iif(e.key_position, ', number ' || e.key_position || ' of the primary key', '') AS problem
FROM columns AS e
CROSS JOIN made
LEFT JOIN pragma_table_info('checkpoints') AS c ON e.name = c.name
WHERE
    upper(c.type) IS NOT e.type
    OR c.dflt_value IS NOT e.default_value
    OR c.pk IS NOT e.key_position
    OR c."notnull" IS NOT e.required
UNION ALL
SELECT
    'checkpoints.' || p.name AS subject,
    p.problem || '; expected a foreign key to ' || p.parent || ' (id) ON DELETE ' || p.on_delete AS problem
FROM parents AS p
CROSS JOIN made
WHERE
    NOT EXISTS (
        SELECT 1 FROM pragma_foreign_key_list('checkpoints') AS k
        WHERE
            k."from" = p.name AND lower(k."table") = p.parent AND coalesce(k."to", 'id') = 'id'
            AND replace(k.on_delete, 'RESTRICT', 'NO ACTION') = p.on_delete
    )
UNION ALL
SELECT
    'checkpoints.session_id' AS subject,
    r.problem || '; expected ' || r.clause AS problem
FROM rules AS r
CROSS JOIN made AS m
WHERE instr(m.sql, r.clause) = 0;

WITH made (name, sql) AS MATERIALIZED (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'checkpoints'
),

expected (name, definition, problem) AS (
    VALUES
    (
        'idx_checkpoints_task',
        'CREATE INDEX idx_checkpoints_task ON checkpoints (task_id, iteration DESC, created_at)',
        'telling how far a task came reads the state of every checkpoint of it'
    ),
    (
        'checkpoints_session_id_idx',
        'CREATE INDEX checkpoints_session_id_idx ON checkpoints (session_id) WHERE session_id IS NOT NULL',
        'deleting a session reads every checkpoint'
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
        WHERE t.type = 'table' AND t.name = 'checkpoints'
    );
