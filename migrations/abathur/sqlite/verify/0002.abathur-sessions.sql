-- Sessions verified: the table that tasks, agents and checkpoints refer to is exactly what this step made.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation

-- The schema is compared as SQLite stores it, word for word; only line breaks and indentation are taken out. Here and
-- in the files that follow, the row without a clause says what is wrong when the trigger is not there at all.

WITH made (sql) AS MATERIALIZED (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'sessions'
),

columns (name, definition) AS (
    VALUES
    ('id', 'TEXT NOT NULL'),
    ('app_name', 'TEXT NOT NULL'),
    ('user_id', 'TEXT NOT NULL'),
    ('project_id', 'TEXT'),
    ('status', 'TEXT NOT NULL DEFAULT ''created'''),
    ('events', 'TEXT NOT NULL DEFAULT ''[]'''),
    ('state', 'TEXT NOT NULL DEFAULT ''{}'''),
    ('metadata', 'TEXT DEFAULT ''{}'''),
    ('created_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP'),
    ('last_update_time', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP'),
    ('terminated_at', 'TIMESTAMP'),
    ('archived_at', 'TIMESTAMP')
),

rules (name, rule, problem) AS (
    VALUES
    (
        'sessions_status_check',
        'CHECK (status IN (''created'', ''active'', ''paused'', ''terminated'', ''archived''))',
        'accepts a status that is not one of the five, or refuses one of them'
    ),
    (
        'sessions_events_check',
        'CHECK (json_valid(events))',
        'accepts events that are not JSON, or refuses events that are'
    ),
    ('sessions_state_check', 'CHECK (json_valid(state))', 'accepts a state that is not JSON, or refuses one that is'),
    (
        'sessions_metadata_check',
        'CHECK (metadata IS NULL OR json_valid(metadata))',
        'accepts metadata that is not JSON, or refuses NULL or what is'
    )
)

SELECT
    'sessions' AS subject,
    'table is missing: no conversation can be recorded, and nothing can belong to one' AS problem
WHERE NOT EXISTS (SELECT 1 FROM made)
UNION ALL
SELECT
    'sessions.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is not ' || e.definition) AS problem
FROM columns AS e
CROSS JOIN made AS m
LEFT JOIN pragma_table_xinfo('sessions') AS c ON e.name = c.name
WHERE c.name IS NULL OR instr(m.sql, ' ' || e.name || ' ' || e.definition || ',') = 0
UNION ALL
SELECT
    r.name AS subject,
    r.problem || '; expected ' || r.rule AS problem
FROM rules AS r
CROSS JOIN made AS m
WHERE instr(m.sql, ' CONSTRAINT ' || r.name || ' ' || r.rule) = 0;

WITH made (name, sql) AS MATERIALIZED (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'sessions'
),

expected (name, definition, problem) AS (
    VALUES
    (
        'idx_sessions_pk',
        'CREATE UNIQUE INDEX idx_sessions_pk ON sessions (id)',
        'two sessions can share an id, and no foreign key can refer to it'
    ),
    (
        'idx_sessions_status_updated',
        'CREATE INDEX idx_sessions_status_updated ON sessions (status, last_update_time DESC) WHERE status = '
        || '''active'' OR status = ''paused'' OR status IN (''active'', ''paused'')',
        'finding the open sessions, the liveliest first, reads every session'
    ),
    (
        'idx_sessions_user_created',
        'CREATE INDEX idx_sessions_user_created ON sessions (user_id, created_at DESC)',
        'finding the sessions of a user, latest first, reads every session'
    ),
    (
        'idx_sessions_project',
        'CREATE INDEX idx_sessions_project ON sessions (project_id, created_at DESC) WHERE project_id IS NOT NULL',
        'finding the sessions of a project, latest first, reads every session'
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
        WHERE t.type = 'table' AND t.name = 'sessions'
    );

WITH made (name, sql) AS MATERIALIZED (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'trigger' AND s.tbl_name = 'sessions'
),

expected (name, clause, problem) AS (
    VALUES
    ('sessions_last_update_time', NULL, 'trigger is missing: last_update_time stays at the time of the insert'),
    (
        'sessions_last_update_time',
        'CREATE TRIGGER sessions_last_update_time AFTER UPDATE OF id, app_name, user_id, project_id, status, events, '
        || 'state, metadata, created_at, terminated_at, archived_at ON sessions FOR EACH ROW WHEN',
        'does not fire after a change of every column but last_update_time'
    ),
    (
        'sessions_last_update_time', 'WHEN new.last_update_time IS old.last_update_time BEGIN',
        'overrides a time that the application sets itself, or ignores changes that leave the time alone'
    ),
    (
        'sessions_last_update_time',
        'BEGIN UPDATE sessions SET last_update_time = CURRENT_TIMESTAMP WHERE id = new.id; END',
        'does not set last_update_time of the row that changed, and of no other, to the present'
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
            WHERE t.type = 'table' AND t.name = 'sessions'
        )
    );
