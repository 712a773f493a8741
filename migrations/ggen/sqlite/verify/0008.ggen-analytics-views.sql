-- Analytics views verified: each view exists, and every clause of it says exactly what this step made it say.
-- seed: 001 Deliverables, 1. Schema Definition; Performance Benchmarks, View Performance

WITH expected (name, problem) AS (
    VALUES
    ('recent_executions', 'view is missing: the dashboard cannot show the latest executions'),
    ('agent_performance_summary', 'view is missing: agents cannot be compared'),
    ('pipeline_stage_performance', 'view is missing: the slowest stage cannot be seen')
)

SELECT
    e.name AS subject,
    e.problem
FROM expected AS e
LEFT JOIN sqlite_schema AS s ON s.type = 'view' AND e.name = s.name
WHERE s.name IS NULL;

-- Here and below, the clauses are the whole text of the view in its order: a clause that has changed is named, and
-- then what has become of the whole is shown.
WITH made (sql) AS (
    SELECT replace(replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', ''), '  ', ' ')
    FROM sqlite_schema AS s
    WHERE s.type = 'view' AND s.name = 'recent_executions'
),

expected (clause, problem) AS (
    VALUES
    (
        'CREATE VIEW recent_executions AS WITH latest AS ( SELECT r.id, r.execution_id, r.agent_id, r.operation, '
        || 'r.status, r.timestamp, r.files_generated, r.files_modified, r.duration_ms, r.created_at,',
        'does not take its values from the receipt itself'
    ),
    (
        'cast(round((julianday(r.timestamp) - 2440587.5) * 86400000.0) AS INTEGER) AS started_ms',
        'does not know to the millisecond when an execution started, so audit_entries is wrong'
    ),
    (
        'FROM receipts AS r ORDER BY r.created_at DESC, r.id DESC LIMIT 100 )',
        'does not show exactly the last 100 executions'
    ),
    (
        'SELECT l.execution_id, l.agent_id, l.operation, l.status, l.timestamp, l.files_generated, l.files_modified, '
        || 'l.duration_ms,',
        'has other columns, or has them in another order'
    ),
    (
        '( SELECT count(*) FROM audit_log AS a WHERE a.agent_id = l.agent_id AND',
        'audit_entries does not count the audit entries of the same agent'
    ),
    (
        'cast(round((julianday(a.timestamp) - 2440587.5) * 86400000.0) AS INTEGER)',
        'audit_entries does not know to the millisecond when an entry was made, or cannot use the index that does'
    ),
    (
        'BETWEEN l.started_ms AND l.started_ms + l.duration_ms ) AS audit_entries,',
        'audit_entries does not count from the first to the last millisecond of the execution'
    ),
    (
        '( SELECT count(*) FROM slo_violations AS v WHERE v.execution_id = l.execution_id ) AS slo_violations',
        'slo_violations does not count the violations of the same execution'
    ),
    (
        'FROM latest AS l ORDER BY l.created_at DESC, l.id DESC',
        'does not show the latest execution first'
    )
)

SELECT
    'recent_executions' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, e.clause) = 0
UNION ALL
SELECT
    'recent_executions' AS subject,
    'is not the view that this step made; it is now ' || m.sql AS problem
FROM made AS m
WHERE m.sql <> (SELECT group_concat(e.clause, ' ') FROM expected AS e);

WITH made (sql) AS (
    SELECT replace(replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', ''), '  ', ' ')
    FROM sqlite_schema AS s
    WHERE s.type = 'view' AND s.name = 'agent_performance_summary'
),

expected (clause, problem) AS (
    VALUES
    (
        'CREATE VIEW agent_performance_summary AS SELECT r.agent_id, count(*) AS total_executions,',
        'total_executions does not count every execution of an agent'
    ),
    (
        'count(*) FILTER (WHERE r.status = ''passed'') AS successful_executions,',
        'successful_executions does not count the executions that passed'
    ),
    (
        'count(*) FILTER (WHERE r.status = ''failed'') AS failed_executions,',
        'failed_executions does not count the executions that failed'
    ),
    (
        'round(avg(r.duration_ms), 2) AS avg_duration_ms,',
        'avg_duration_ms is not the average duration to two decimals'
    ),
    (
        'min(r.duration_ms) AS min_duration_ms,',
        'min_duration_ms is not the duration of the quickest execution'
    ),
    (
        'max(r.duration_ms) AS max_duration_ms,',
        'max_duration_ms is not the duration of the slowest execution'
    ),
    (
        'coalesce(sum(r.files_generated), 0) AS total_files_generated,',
        'total_files_generated is not the sum of the files generated, or unknown where it is none'
    ),
    (
        'max(r.timestamp) AS last_execution',
        'last_execution is not the timestamp of the latest execution'
    ),
    (
        'FROM receipts AS r GROUP BY +r.agent_id',
        'does not show one row for each agent, or reads the table in the slow order of an index'
    ),
    (
        'ORDER BY total_executions DESC, r.agent_id ASC',
        'does not show the agent with the most executions first, or leaves the order of a tie open'
    )
)

SELECT
    'agent_performance_summary' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, e.clause) = 0
UNION ALL
SELECT
    'agent_performance_summary' AS subject,
    'is not the view that this step made; it is now ' || m.sql AS problem
FROM made AS m
WHERE m.sql <> (SELECT group_concat(e.clause, ' ') FROM expected AS e);

WITH made (sql) AS (
    SELECT replace(replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', ''), '  ', ' ')
    FROM sqlite_schema AS s
    WHERE s.type = 'view' AND s.name = 'pipeline_stage_performance'
),

expected (clause, problem) AS (
    VALUES
    (
        'CREATE VIEW pipeline_stage_performance AS WITH runs AS ( SELECT m.stage, count(*) AS executions,',
        'executions does not count every run of a stage'
    ),
    (
        'round(avg(m.duration_ms), 2) AS avg_duration_ms,',
        'avg_duration_ms is not the average duration to two decimals'
    ),
    (
        'min(m.duration_ms) AS min_duration_ms,',
        'min_duration_ms is not the duration of the quickest run'
    ),
    (
        'max(m.duration_ms) AS max_duration_ms',
        'max_duration_ms is not the duration of the slowest run'
    ),
    (
        'FROM pipeline_metrics AS m GROUP BY m.stage ),',
        'does not show one row for each stage'
    ),
    (
        'failures AS ( SELECT f.stage, count(*) AS failed FROM pipeline_metrics AS f WHERE f.status = ''failed''',
        'passed and failed do not tell the runs that failed from those that passed'
    ),
    (
        'GROUP BY +f.stage )',
        'passed and failed are not counted for each stage, or read the table in the slow order of an index'
    ),
    (
        'SELECT n.stage, n.executions, n.avg_duration_ms, n.min_duration_ms, n.max_duration_ms,',
        'has other columns, or has them in another order'
    ),
    (
        'n.executions - coalesce(x.failed, 0) AS passed,',
        'passed is not the number of runs that did not fail, or unknown where none failed'
    ),
    (
        'coalesce(x.failed, 0) AS failed FROM',
        'failed is not the number of runs that failed, or unknown where none failed'
    ),
    (
        'runs AS n LEFT JOIN failures AS x ON n.stage = x.stage',
        'does not show a stage in which nothing failed, or counts the failures of another'
    ),
    (
        'ORDER BY n.avg_duration_ms DESC, n.stage ASC',
        'does not show the slowest stage first, or leaves the order of a tie open'
    )
)

SELECT
    'pipeline_stage_performance' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, e.clause) = 0
UNION ALL
SELECT
    'pipeline_stage_performance' AS subject,
    'is not the view that this step made; it is now ' || m.sql AS problem
FROM made AS m
WHERE m.sql <> (SELECT group_concat(e.clause, ' ') FROM expected AS e);
