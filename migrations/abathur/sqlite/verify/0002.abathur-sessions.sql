-- Sessions verified: the table that tasks, agents and checkpoints refer to is exactly what this step made.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation

-- The schema is compared as SQLite stores it, word for word; only line breaks and indentation are taken out.

SELECT
    'sessions' AS subject,
    'table is missing: no conversation can be recorded, and nothing can belong to one' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'sessions'
);

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'sessions'
),

expected (name, definition) AS (
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
)

SELECT
    'sessions.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is not ' || e.definition) AS problem
FROM expected AS e
CROSS JOIN made AS m
LEFT JOIN pragma_table_xinfo('sessions') AS c ON e.name = c.name
WHERE c.name IS NULL OR instr(m.sql, ' ' || e.name || ' ' || e.definition || ',') = 0;

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'sessions'
),

expected (name, rule, problem) AS (
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
    e.name AS subject,
    e.problem || '; expected ' || e.rule AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, ' CONSTRAINT ' || e.name || ' ' || e.rule) = 0;

WITH expected (name, definition, problem) AS (
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
),

actual (name, definition) AS (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'sessions'
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'sessions'
LEFT JOIN actual AS a ON e.name = a.name
WHERE a.definition IS NOT e.definition;

SELECT
    'sessions_last_update_time' AS subject,
    'trigger is missing: last_update_time stays at the time of the insert' AS problem
FROM sqlite_schema AS t
WHERE
    t.type = 'table' AND t.name = 'sessions'
    AND NOT EXISTS (
        SELECT 1 FROM sqlite_schema AS s
        WHERE s.type = 'trigger' AND s.tbl_name = 'sessions' AND s.name = 'sessions_last_update_time'
    );

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'trigger' AND s.tbl_name = 'sessions' AND s.name = 'sessions_last_update_time'
),

expected (clause, problem) AS (
    VALUES
    (
        'CREATE TRIGGER sessions_last_update_time AFTER UPDATE OF id, app_name, user_id, project_id, status, events, '
        || 'state, metadata, created_at, terminated_at, archived_at ON sessions FOR EACH ROW WHEN',
        'does not fire after a change of every column but last_update_time'
    ),
    (
        'WHEN new.last_update_time IS old.last_update_time BEGIN',
        'overrides a time that the application sets itself, or ignores changes that leave the time alone'
    ),
    (
        'BEGIN UPDATE sessions SET last_update_time = CURRENT_TIMESTAMP WHERE id = new.id; END',
        'does not set last_update_time of the row that changed, and of no other, to the present'
    )
)

SELECT
    'sessions_last_update_time' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, e.clause) = 0;
