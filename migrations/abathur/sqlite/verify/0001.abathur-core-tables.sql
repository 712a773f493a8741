-- Core tables verified: what abathur had first is there, whether this step made it or found it.
-- seed: 003 2. Database Initialization, Table Creation Sequence

-- Judged by what SQLite makes of the definitions, not by their text: the application may have spelled them otherwise.
-- More columns, and more in an index, are no violation: the later steps add them.

WITH expected (name, problem) AS (
    VALUES
    ('tasks', 'table is missing: no work can be queued'),
    ('agents', 'table is missing: nobody can work on a task'),
    ('state', 'table is missing: what the agents of a task share cannot be kept'),
    ('audit', 'table is missing: nothing tells who did what'),
    ('metrics', 'table is missing: nothing can be measured'),
    ('checkpoints', 'table is missing: a task that stops starts over')
)

SELECT
    e.name AS subject,
    e.problem
FROM expected AS e
LEFT JOIN sqlite_schema AS s ON s.type = 'table' AND e.name = s.name
WHERE s.name IS NULL;

-- The application added last_updated_at to databases older still: behind all other columns, and without NOT NULL. The
-- step that extends tasks makes up for it.
WITH expected (table_name, name, type, required, default_value, key_position) AS (
    VALUES
    ('tasks', 'id', 'TEXT', 0, NULL, 1),
    ('tasks', 'prompt', 'TEXT', 1, NULL, 0),
    ('tasks', 'agent_type', 'TEXT', 1, '''general''', 0),
    ('tasks', 'priority', 'INTEGER', 1, '5', 0),
    ('tasks', 'status', 'TEXT', 1, NULL, 0),
    ('tasks', 'input_data', 'TEXT', 1, NULL, 0),
    ('tasks', 'result_data', 'TEXT', 0, NULL, 0),
    ('tasks', 'error_message', 'TEXT', 0, NULL, 0),
    ('tasks', 'retry_count', 'INTEGER', 0, '0', 0),
    ('tasks', 'max_retries', 'INTEGER', 0, '3', 0),
    ('tasks', 'max_execution_timeout_seconds', 'INTEGER', 0, '3600', 0),
    ('tasks', 'submitted_at', 'TIMESTAMP', 1, NULL, 0),
    ('tasks', 'started_at', 'TIMESTAMP', 0, NULL, 0),
    ('tasks', 'completed_at', 'TIMESTAMP', 0, NULL, 0),
    ('tasks', 'last_updated_at', 'TIMESTAMP', 1, NULL, 0),
    ('tasks', 'created_by', 'TEXT', 0, NULL, 0),
    ('tasks', 'parent_task_id', 'TEXT', 0, NULL, 0),
    ('tasks', 'dependencies', 'TEXT', 0, NULL, 0),
    ('agents', 'id', 'TEXT', 0, NULL, 1),
    ('agents', 'name', 'TEXT', 1, NULL, 0),
    ('agents', 'specialization', 'TEXT', 1, NULL, 0),
    ('agents', 'task_id', 'TEXT', 1, NULL, 0),
    ('agents', 'state', 'TEXT', 1, NULL, 0),
    ('agents', 'model', 'TEXT', 1, NULL, 0),
    ('agents', 'spawned_at', 'TIMESTAMP', 1, NULL, 0),
    ('agents', 'terminated_at', 'TIMESTAMP', 0, NULL, 0),
    ('agents', 'resource_usage', 'TEXT', 0, NULL, 0),
    ('state', 'id', 'INTEGER', 0, NULL, 1),
    ('state', 'task_id', 'TEXT', 1, NULL, 0),
    ('state', 'key', 'TEXT', 1, NULL, 0),
    ('state', 'value', 'TEXT', 1, NULL, 0),
    ('state', 'created_at', 'TIMESTAMP', 1, NULL, 0),
    ('state', 'updated_at', 'TIMESTAMP', 1, NULL, 0),
    ('audit', 'id', 'INTEGER', 0, NULL, 1),
    ('audit', 'timestamp', 'TIMESTAMP', 1, NULL, 0),
    ('audit', 'agent_id', 'TEXT', 0, NULL, 0),
    ('audit', 'task_id', 'TEXT', 1, NULL, 0),
    ('audit', 'action_type', 'TEXT', 1, NULL, 0),
    ('audit', 'action_data', 'TEXT', 0, NULL, 0),
    ('audit', 'result', 'TEXT', 0, NULL, 0),
    ('metrics', 'id', 'INTEGER', 0, NULL, 1),
    ('metrics', 'timestamp', 'TIMESTAMP', 1, NULL, 0),
    ('metrics', 'metric_name', 'TEXT', 1, NULL, 0),
    ('metrics', 'metric_value', 'REAL', 1, NULL, 0),
    ('metrics', 'labels', 'TEXT', 0, NULL, 0),
    ('checkpoints', 'task_id', 'TEXT', 1, NULL, 1),
    ('checkpoints', 'iteration', 'INTEGER', 1, NULL, 2),
    ('checkpoints', 'state', 'TEXT', 1, NULL, 0),
    ('checkpoints', 'created_at', 'TIMESTAMP', 1, NULL, 0)
),

actual (table_name, name, type, required, default_value, key_position, added_later) AS (
    SELECT
        t.name AS table_name,
        c.name,
        upper(c.type) AS type,
        c."notnull" AS required,
        c.dflt_value AS default_value,
        c.pk AS key_position,
        t.name = 'tasks'
        AND c.cid > (
            SELECT d.cid FROM pragma_table_info('tasks') AS d
            WHERE d.name = 'dependencies'
        ) AS added_later
    FROM sqlite_schema AS t
    CROSS JOIN pragma_table_info(t.name) AS c
    WHERE t.type = 'table' AND t.name IN ('tasks', 'agents', 'state', 'audit', 'metrics', 'checkpoints')
)

SELECT
    e.table_name || '.' || e.name AS subject,
    iif(
        a.name IS NULL,
        'column is missing',
        'column is ' || a.type || iif(a.required, ' NOT NULL', '') || coalesce(' DEFAULT ' || a.default_value, '')
        || iif(a.key_position, ', number ' || a.key_position || ' of the primary key', '')
    )
    || '; expected ' || e.type || iif(e.required, ' NOT NULL', '') || coalesce(' DEFAULT ' || e.default_value, '')
    || iif(e.key_position, ', number ' || e.key_position || ' of the primary key', '') AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.table_name = a.table_name AND e.name = a.name
WHERE
    e.table_name IN (
        SELECT t.name FROM sqlite_schema AS t
        WHERE t.type = 'table'
    )
    AND (
        a.type IS NOT e.type
        OR a.default_value IS NOT e.default_value
        OR a.key_position IS NOT e.key_position
        OR (a.required IS NOT e.required AND NOT (e.name = 'last_updated_at' AND a.added_later))
    );

WITH expected (table_name, name, parent, problem) AS (
    VALUES
    ('tasks', 'parent_task_id', 'tasks', 'accepts a parent that does not exist'),
    ('agents', 'task_id', 'tasks', 'accepts an agent that works on a task that does not exist'),
    ('state', 'task_id', 'tasks', 'accepts the state of a task that does not exist'),
    ('audit', 'agent_id', 'agents', 'accepts an entry of an agent that does not exist'),
    ('audit', 'task_id', 'tasks', 'accepts an entry of a task that does not exist'),
    ('checkpoints', 'task_id', 'tasks', 'accepts a checkpoint of a task that does not exist')
)

SELECT
    e.table_name || '.' || e.name AS subject,
    e.problem || ', or lets it be deleted; expected a foreign key to ' || e.parent || ' (id)' AS problem
FROM expected AS e
WHERE
    e.table_name IN (
        SELECT t.name FROM sqlite_schema AS t
        WHERE t.type = 'table'
    )
    AND NOT EXISTS (
        SELECT 1 FROM pragma_foreign_key_list(e.table_name) AS k
        WHERE
            k."from" = e.name AND lower(k."table") = e.parent AND coalesce(k."to", 'id') = 'id'
            AND k.on_delete IN ('NO ACTION', 'RESTRICT')
    );

WITH expected (table_name, rule, problem) AS (
    VALUES
    ('state', 'primarykeyautoincrement', 'can hand out the id of a deleted row again'),
    ('audit', 'primarykeyautoincrement', 'can hand out the id of a deleted entry again'),
    ('metrics', 'primarykeyautoincrement', 'can hand out the id of a deleted value again'),
    ('metrics', 'check(metric_value>=0)', 'accepts a negative metric_value, or refuses zero')
),

-- What no pragma shows is looked for in the text, without blanks, quotes and case.
spelled (table_name, sql) AS MATERIALIZED (
    SELECT
        s.name,
        replace(replace(replace(replace(replace(
            lower(s.sql), ' ', ''
        ), char(9), ''), char(10), ''), char(13), ''), '"', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name IN ('state', 'audit', 'metrics')
)

SELECT
    s.table_name AS subject,
    e.problem || '; expected ' || e.rule AS problem
FROM expected AS e
INNER JOIN spelled AS s ON e.table_name = s.table_name
WHERE instr(s.sql, e.rule) = 0
UNION ALL
SELECT
    'state' AS subject,
    'two values can have one key of one task, and an upsert by task_id and key fails; expected UNIQUE (task_id, key)'
        AS problem
FROM sqlite_schema AS t
WHERE
    t.type = 'table' AND t.name = 'state'
    AND NOT EXISTS (
        SELECT 1 FROM pragma_index_list('state') AS l
        WHERE
            l."unique" AND NOT l.partial
            AND (
                SELECT group_concat(k.name, ', ')
                FROM (
                    SELECT i.name
                    FROM pragma_index_info(l.name) AS i
                    ORDER BY i.seqno
                ) AS k
            ) = 'task_id, key'
    );

WITH expected (table_name, name, definition, predicate, problem) AS (
    VALUES
    (
        'tasks', 'idx_tasks_status_priority', 'status, priority DESC, submitted_at', '',
        'taking the next task reads every task that waits'
    ),
    ('tasks', 'idx_tasks_submitted_at', 'submitted_at', '', 'finding the tasks of a period reads every task'),
    ('tasks', 'idx_tasks_parent', 'parent_task_id', '', 'finding the parts of a task reads every task'),
    (
        'tasks', 'idx_tasks_running_timeout', 'status, last_updated_at', 'wherestatus=''running''',
        'finding the tasks that ran out of time reads every task'
    ),
    ('agents', 'idx_agents_task', 'task_id', '', 'finding who works on a task reads every agent'),
    ('agents', 'idx_agents_state', 'state', '', 'finding the agents of a state reads every agent'),
    ('state', 'idx_state_task_key', 'task_id, key', '', 'has another purpose than the one that its name says'),
    ('audit', 'idx_audit_task', 'task_id, timestamp DESC', '', 'finding the trail of a task reads every entry'),
    ('audit', 'idx_audit_agent', 'agent_id, timestamp DESC', '', 'finding the trail of an agent reads every entry'),
    ('audit', 'idx_audit_timestamp', 'timestamp DESC', '', 'finding the latest entries reads every entry'),
    (
        'metrics', 'idx_metrics_name_timestamp', 'metric_name, timestamp DESC', '',
        'finding the course of a metric reads every value'
    ),
    (
        'checkpoints', 'idx_checkpoints_task', 'task_id, iteration DESC', '',
        'has another purpose than the one that its name says'
    )
),

actual (table_name, name, definition, predicate) AS (
    SELECT
        s.tbl_name,
        s.name,
        (
            SELECT group_concat(k.term, ', ')
            FROM (
                SELECT i.name || iif(i.coll = 'BINARY', '', ' COLLATE ' || i.coll) || iif(i."desc", ' DESC', '') AS term
                FROM pragma_index_xinfo(s.name) AS i
                WHERE i.key
                ORDER BY i.seqno
            ) AS k
        ),
        replace(replace(replace(replace(replace(
            substr(lower(s.sql), instr(lower(s.sql), ')') + 1), ' ', ''
        ), char(9), ''), char(10), ''), char(13), ''), '"', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.sql IS NOT NULL
)

SELECT
    e.name AS subject,
    coalesce('is now on ' || a.table_name || ' (' || a.definition || ') ' || a.predicate, 'index is missing')
    || ': ' || e.problem || '; expected ' || e.definition || ' ' || e.predicate AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.name = a.name
WHERE
    e.table_name IN (
        SELECT t.name FROM sqlite_schema AS t
        WHERE t.type = 'table'
    )
    AND (
        a.table_name IS NOT e.table_name
        OR a.predicate IS NOT e.predicate
        OR instr(a.definition || ', ', e.definition || ', ') <> 1
    );
