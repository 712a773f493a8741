-- Tasks in sessions verified: tasks are what they were, with a session, and with rules for what they hold.
-- seed: 003 2. Database Initialization, Table Creation Sequence

-- What this step found is judged by its structure, as in the first step; what it added, word for word.
WITH made (sql) AS MATERIALIZED (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'tasks'
),

columns (name, type, required, default_value, key_position) AS (
    VALUES
    ('id', 'TEXT', 0, NULL, 1),
    ('prompt', 'TEXT', 1, NULL, 0),
    ('agent_type', 'TEXT', 1, '''general''', 0),
    ('priority', 'INTEGER', 1, '5', 0),
    ('status', 'TEXT', 1, NULL, 0),
    ('input_data', 'TEXT', 1, NULL, 0),
    ('result_data', 'TEXT', 0, NULL, 0),
    ('error_message', 'TEXT', 0, NULL, 0),
    ('retry_count', 'INTEGER', 0, '0', 0),
    ('max_retries', 'INTEGER', 0, '3', 0),
    ('max_execution_timeout_seconds', 'INTEGER', 0, '3600', 0),
    ('submitted_at', 'TIMESTAMP', 1, NULL, 0),
    ('started_at', 'TIMESTAMP', 0, NULL, 0),
    ('completed_at', 'TIMESTAMP', 0, NULL, 0),
    ('last_updated_at', 'TIMESTAMP', 1, NULL, 0),
    ('created_by', 'TEXT', 0, NULL, 0),
    ('parent_task_id', 'TEXT', 0, NULL, 0),
    ('dependencies', 'TEXT', 0, NULL, 0)
),

parents (name, parent, on_delete, problem) AS (
    VALUES
    ('parent_task_id', 'tasks', 'NO ACTION', 'accepts a parent that does not exist, or lets it be deleted'),
    ('session_id', 'sessions', 'SET NULL', 'accepts a session that does not exist, or keeps it from being deleted')
),

-- The ends of the clauses, here and below, overlap, so that nothing can be slipped in between two of them.
rules (clause, problem) AS (
    VALUES
    (
        'session_id TEXT CONSTRAINT tasks_session_id_fkey REFERENCES sessions (id) ON DELETE SET NULL CONSTRAINT',
        'a task cannot belong to a session, or goes with it when it is deleted'
    ),
    ('CONSTRAINT tasks_id_check CHECK (id IS NOT NULL) CONSTRAINT', 'accepts a task without an id'),
    (
        'CONSTRAINT tasks_status_check CHECK (status IN (''pending'', ''running'', ''completed'', ''failed'', '
        || '''cancelled'')) CONSTRAINT',
        'accepts a status that is not one of the five, or refuses one of them'
    ),
    (
        'CONSTRAINT tasks_priority_check CHECK (typeof(priority) = ''integer'' AND priority BETWEEN 1 AND 10) '
        || 'CONSTRAINT',
        'accepts a priority that is no whole number from 1 to 10, or refuses one that is'
    ),
    (
        'CONSTRAINT tasks_input_data_check CHECK (json_valid(input_data)) CONSTRAINT',
        'accepts input_data that are not JSON, or refuses what is'
    ),
    (
        'CONSTRAINT tasks_last_updated_at_check CHECK (last_updated_at IS NOT NULL)',
        'accepts a task without last_updated_at'
    )
)

SELECT
    'tasks' AS subject,
    'table is missing: no work can be queued' AS problem
WHERE NOT EXISTS (SELECT 1 FROM made)
UNION ALL
SELECT
    'tasks.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is no longer what it was')
    || '; expected ' || e.type || iif(e.required, ' NOT NULL', '') || coalesce(' DEFAULT ' || e.default_value, '')
    || iif(e.key_position, ', number ' || e.key_position || ' of the primary key', '') AS problem
FROM columns AS e
CROSS JOIN made
LEFT JOIN pragma_table_info('tasks') AS c ON e.name = c.name
WHERE
    upper(c.type) IS NOT e.type
    OR c.dflt_value IS NOT e.default_value
    OR c.pk IS NOT e.key_position
    OR (
        c."notnull" IS NOT e.required
        AND NOT (
            e.name = 'last_updated_at'
            AND c.cid > (
                SELECT d.cid FROM pragma_table_info('tasks') AS d
                WHERE d.name = 'dependencies'
            )
        )
    )
UNION ALL
SELECT
    'tasks.' || p.name AS subject,
    p.problem || '; expected a foreign key to ' || p.parent || ' (id) ON DELETE ' || p.on_delete AS problem
FROM parents AS p
CROSS JOIN made
WHERE
    NOT EXISTS (
        SELECT 1 FROM pragma_foreign_key_list('tasks') AS k
        WHERE
            k."from" = p.name AND lower(k."table") = p.parent AND coalesce(k."to", 'id') = 'id'
            AND replace(k.on_delete, 'RESTRICT', 'NO ACTION') = p.on_delete
    )
UNION ALL
SELECT
    'tasks.session_id' AS subject,
    r.problem || '; expected ' || r.clause AS problem
FROM rules AS r
CROSS JOIN made AS m
WHERE instr(m.sql, r.clause) = 0;

WITH made (name, sql) AS MATERIALIZED (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'tasks'
),

expected (name, definition, problem) AS (
    VALUES
    (
        'idx_tasks_session',
        'CREATE INDEX idx_tasks_session ON tasks (session_id, submitted_at DESC) WHERE session_id IS NOT NULL',
        'finding the tasks of a session, as deleting one does, reads every task'
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
        WHERE t.type = 'table' AND t.name = 'tasks'
    );

WITH made (name, sql) AS MATERIALIZED (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'trigger' AND s.tbl_name = 'tasks'
),

expected (name, clause, problem) AS (
    VALUES
    ('tasks_last_updated_at', NULL, 'trigger is missing: a task that runs looks as if it were silent'),
    (
        'tasks_last_updated_at',
        'CREATE TRIGGER tasks_last_updated_at AFTER UPDATE OF id, prompt, agent_type, priority, status, input_data, '
        || 'result_data, error_message, retry_count, max_retries, max_execution_timeout_seconds, submitted_at, '
        || 'started_at, completed_at, created_by, parent_task_id, dependencies ON tasks FOR EACH ROW WHEN',
        'does not fire after a change of every column but last_updated_at and session_id, or fires after one of these'
    ),
    (
        'tasks_last_updated_at', 'WHEN new.last_updated_at IS old.last_updated_at BEGIN',
        'overrides a time that the application sets itself, or ignores changes that leave the time alone'
    ),
    (
        'tasks_last_updated_at',
        'BEGIN UPDATE tasks SET last_updated_at = strftime(''%Y-%m-%dT%H:%M:%f+00:00'', ''now'') WHERE id = new.id; '
        || 'END',
        'does not set last_updated_at of the task that changed, and of no other, to the present as the application '
        || 'spells it'
    )
)

SELECT
    e.name AS subject,
    e.problem || coalesce('; expected ' || e.clause, '') AS problem
FROM expected AS e
LEFT JOIN made AS m ON e.name = m.name
WHERE
    instr(m.sql, e.clause) = 0
    OR (
        m.name IS NULL AND e.clause IS NULL
        AND EXISTS (
            SELECT 1 FROM sqlite_schema AS t
            WHERE t.type = 'table' AND t.name = 'tasks'
        )
    );
