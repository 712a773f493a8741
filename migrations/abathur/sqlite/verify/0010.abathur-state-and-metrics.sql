-- State and metrics verified: the index and the rules that this step made are there.
-- seed: 003 2. Database Initialization, Table Creation Sequence

WITH made (name, sql) AS MATERIALIZED (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'state'
),

expected (name, definition, problem) AS (
    VALUES
    (
        'idx_state_task_key',
        'CREATE INDEX idx_state_task_key ON state (task_id, key, updated_at)',
        'telling which keys of a task changed when reads their values'
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
        WHERE t.type = 'table' AND t.name = 'state'
    );

-- The ends of the clauses overlap, so that nothing can be slipped in between two of them.
WITH made (table_name, name, sql) AS MATERIALIZED (
    SELECT
        s.tbl_name,
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'trigger' AND s.tbl_name IN ('state', 'metrics')
),

expected (table_name, name, clause, problem) AS (
    VALUES
    ('state', 'state_updated_at', NULL, 'trigger is missing: updated_at stays where the application left it'),
    (
        'state', 'state_updated_at',
        'CREATE TRIGGER state_updated_at AFTER UPDATE OF id, task_id, key, value, created_at ON state FOR EACH ROW '
        || 'WHEN',
        'does not fire after a change of every column but updated_at'
    ),
    (
        'state', 'state_updated_at', 'WHEN new.updated_at IS old.updated_at BEGIN',
        'overrides a time that the application sets itself, or ignores changes that leave the time alone'
    ),
    (
        'state', 'state_updated_at',
        'BEGIN UPDATE state SET updated_at = strftime(''%Y-%m-%dT%H:%M:%f+00:00'', ''now'') WHERE id = new.id; END',
        'does not set updated_at of the row that changed, and of no other, to the present as the application spells it'
    ),
    ('metrics', 'metrics_metric_value_insert', NULL, 'trigger is missing: a metric can be text or infinite'),
    (
        'metrics', 'metrics_metric_value_insert',
        'CREATE TRIGGER metrics_metric_value_insert BEFORE INSERT ON metrics FOR EACH ROW WHEN',
        'does not look at every new value'
    ),
    (
        'metrics', 'metrics_metric_value_insert',
        'WHEN typeof(new.metric_value) NOT IN (''real'', ''null'') OR new.metric_value >= 9e999 BEGIN',
        'accepts what is no finite number, or refuses what is'
    ),
    (
        'metrics', 'metrics_metric_value_insert',
        'BEGIN SELECT RAISE(ABORT, ''metrics: metric_value is not a finite number''); END',
        'does not refuse the value with a message that says why'
    ),
    ('metrics', 'metrics_metric_value_update', NULL, 'trigger is missing: a metric can be text or infinite'),
    (
        'metrics', 'metrics_metric_value_update',
        'CREATE TRIGGER metrics_metric_value_update BEFORE UPDATE OF metric_value ON metrics FOR EACH ROW WHEN',
        'does not look at every change of a value'
    ),
    (
        'metrics', 'metrics_metric_value_update',
        'WHEN typeof(new.metric_value) NOT IN (''real'', ''null'') OR new.metric_value >= 9e999 BEGIN',
        'accepts what is no finite number, or refuses what is'
    ),
    (
        'metrics', 'metrics_metric_value_update',
        'BEGIN SELECT RAISE(ABORT, ''metrics: metric_value is not a finite number''); END',
        'does not refuse the value with a message that says why'
    )
)

SELECT
    e.name AS subject,
    e.problem || coalesce('; expected ' || e.clause, '') AS problem
FROM expected AS e
LEFT JOIN made AS m ON e.table_name = m.table_name AND e.name = m.name
WHERE
    instr(m.sql, e.clause) = 0
    OR (
        m.name IS NULL AND e.clause IS NULL
        AND EXISTS (
            SELECT 1 FROM sqlite_schema AS t
            WHERE t.type = 'table' AND t.name = e.table_name
        )
    );
