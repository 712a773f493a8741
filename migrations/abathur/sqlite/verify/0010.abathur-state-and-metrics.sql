-- State and metrics verified: the index and the rules that this step made are there.
-- seed: 003 2. Database Initialization, Table Creation Sequence

WITH expected (name, definition, problem) AS (
    VALUES
    (
        'idx_state_task_key',
        'CREATE INDEX idx_state_task_key ON state (task_id, key, updated_at)',
        'telling which keys of a task changed when reads their values'
    )
),

actual (name, definition) AS (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'state'
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'state'
LEFT JOIN actual AS a ON e.name = a.name
WHERE a.definition IS NOT e.definition;

-- The ends of the clauses, here and below, overlap, so that nothing can be slipped in between two of them.
SELECT
    'state_updated_at' AS subject,
    'trigger is missing: updated_at stays where the application left it' AS problem
FROM sqlite_schema AS t
WHERE
    t.type = 'table' AND t.name = 'state'
    AND NOT EXISTS (
        SELECT 1 FROM sqlite_schema AS s
        WHERE s.type = 'trigger' AND s.tbl_name = 'state' AND s.name = 'state_updated_at'
    );

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'trigger' AND s.tbl_name = 'state' AND s.name = 'state_updated_at'
),

expected (clause, problem) AS (
    VALUES
    (
        'CREATE TRIGGER state_updated_at AFTER UPDATE OF id, task_id, key, value, created_at ON state FOR EACH ROW '
        || 'WHEN',
        'does not fire after a change of every column but updated_at'
    ),
    (
        'WHEN new.updated_at IS old.updated_at BEGIN',
        'overrides a time that the application sets itself, or ignores changes that leave the time alone'
    ),
    (
        'BEGIN UPDATE state SET updated_at = strftime(''%Y-%m-%dT%H:%M:%f+00:00'', ''now'') WHERE id = new.id; END',
        'does not set updated_at of the row that changed, and of no other, to the present as the application spells it'
    )
)

SELECT
    'state_updated_at' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, e.clause) = 0;

SELECT
    'metrics_metric_value_insert' AS subject,
    'trigger is missing: a metric can be text or infinite' AS problem
FROM sqlite_schema AS t
WHERE
    t.type = 'table' AND t.name = 'metrics'
    AND NOT EXISTS (
        SELECT 1 FROM sqlite_schema AS s
        WHERE s.type = 'trigger' AND s.tbl_name = 'metrics' AND s.name = 'metrics_metric_value_insert'
    );

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'trigger' AND s.tbl_name = 'metrics' AND s.name = 'metrics_metric_value_insert'
),

expected (clause, problem) AS (
    VALUES
    (
        'CREATE TRIGGER metrics_metric_value_insert BEFORE INSERT ON metrics FOR EACH ROW WHEN',
        'does not look at every new value'
    ),
    (
        'WHEN typeof(new.metric_value) NOT IN (''real'', ''null'') OR new.metric_value >= 9e999 BEGIN',
        'accepts what is no finite number, or refuses what is'
    ),
    (
        'BEGIN SELECT RAISE(ABORT, ''metrics: metric_value is not a finite number''); END',
        'does not refuse the value with a message that says why'
    )
)

SELECT
    'metrics_metric_value_insert' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, e.clause) = 0;

SELECT
    'metrics_metric_value_update' AS subject,
    'trigger is missing: a metric can be text or infinite' AS problem
FROM sqlite_schema AS t
WHERE
    t.type = 'table' AND t.name = 'metrics'
    AND NOT EXISTS (
        SELECT 1 FROM sqlite_schema AS s
        WHERE s.type = 'trigger' AND s.tbl_name = 'metrics' AND s.name = 'metrics_metric_value_update'
    );

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'trigger' AND s.tbl_name = 'metrics' AND s.name = 'metrics_metric_value_update'
),

expected (clause, problem) AS (
    VALUES
    (
        'CREATE TRIGGER metrics_metric_value_update BEFORE UPDATE OF metric_value ON metrics FOR EACH ROW WHEN',
        'does not look at every change of a value'
    ),
    (
        'WHEN typeof(new.metric_value) NOT IN (''real'', ''null'') OR new.metric_value >= 9e999 BEGIN',
        'accepts what is no finite number, or refuses what is'
    ),
    (
        'BEGIN SELECT RAISE(ABORT, ''metrics: metric_value is not a finite number''); END',
        'does not refuse the value with a message that says why'
    )
)

SELECT
    'metrics_metric_value_update' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, e.clause) = 0;
