-- Sync views verified: each view exists, and every clause of it says exactly what this step made it say.
-- seed: 000 3.4 Views; 5.3 HIPAA-Compliant PHI Access Report; 5.5 Find Failed Operations; 5.7 Success Rate by Pattern

SELECT
    'v_current_sync_status' AS subject,
    'view is missing: nobody sees where the synchronizations stand' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM duckdb_views() AS o
    WHERE
        o.database_name = current_database()
        AND o.schema_name = 'main'
        AND o.view_name = 'v_current_sync_status'
);

WITH made AS (
    SELECT o.sql
    FROM duckdb_views() AS o
    WHERE
        o.database_name = current_database()
        AND o.schema_name = 'main'
        AND o.view_name = 'v_current_sync_status'
),

expected (clause, problem) AS (
    VALUES
    (
        'CREATE VIEW v_current_sync_status AS SELECT s.sync_id, s.agent_id, s.worktree_path, s.sync_type, '
        || 's.pattern, s.status, s.created_at, s.completed_at, s.created_by,',
        'has other columns, or has them in another order'
    ),
    ('count(e.execution_id) AS execution_count,', 'execution_count does not count the executions, with 0 for none'),
    (
        'count(e.execution_id) FILTER (WHERE e.phi_accessed) AS phi_access_count,',
        'phi_access_count does not count the executions that accessed PHI, with 0 for none'
    ),
    (
        'count(e.execution_id) FILTER (WHERE (e.operation_result = ''failure'')) AS failure_count,',
        'failure_count does not count the executions that failed, with 0 for none'
    ),
    (
        'CAST(sum(e.duration_ms) AS BIGINT) AS total_duration_ms',
        'total_duration_ms is not the sum of the durations as a whole number'
    ),
    (
        'FROM (agent_synchronizations AS s LEFT JOIN sync_executions AS e ON ((s.sync_id = e.sync_id)))',
        'leaves out synchronizations without executions, or counts those of another'
    ),
    ('GROUP BY ALL;', 'does not show one row for each synchronization')
)

SELECT
    'v_current_sync_status' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE NOT contains(m.sql, e.clause)
UNION ALL
SELECT
    'v_current_sync_status' AS subject,
    'is not the view that this step made; it is now ' || m.sql AS problem
FROM made AS m
WHERE m.sql <> (SELECT string_agg(e.clause, ' ') FROM expected AS e);

SELECT
    'v_phi_access_audit' AS subject,
    'view is missing: the HIPAA report has no source' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM duckdb_views() AS o
    WHERE
        o.database_name = current_database()
        AND o.schema_name = 'main'
        AND o.view_name = 'v_phi_access_audit'
);

WITH made AS (
    SELECT o.sql
    FROM duckdb_views() AS o
    WHERE
        o.database_name = current_database()
        AND o.schema_name = 'main'
        AND o.view_name = 'v_phi_access_audit'
),

expected (clause, problem) AS (
    VALUES
    (
        'CREATE VIEW v_phi_access_audit AS SELECT a.audit_id, a."timestamp", a.actor, a.actor_role, a.event_type, '
        || 's.sync_type, s.pattern, e.file_path, e.phi_justification, a.compliance_context, a.session_id',
        'has other columns, or has them in another order'
    ),
    (
        'FROM ((sync_audit_trail AS a INNER JOIN agent_synchronizations AS s ON ((a.sync_id = s.sync_id))) LEFT '
        || 'JOIN sync_executions AS e ON ((a.execution_id = e.execution_id)))',
        'leaves out events without an execution, or shows what belongs to another'
    ),
    ('WHERE a.phi_involved', 'shows events that involve no PHI, or leaves out some that do'),
    ('ORDER BY a."timestamp" DESC;', 'does not show the latest event first')
)

SELECT
    'v_phi_access_audit' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE NOT contains(m.sql, e.clause)
UNION ALL
SELECT
    'v_phi_access_audit' AS subject,
    'is not the view that this step made; it is now ' || m.sql AS problem
FROM made AS m
WHERE m.sql <> (SELECT string_agg(e.clause, ' ') FROM expected AS e);

SELECT
    'v_sync_performance' AS subject,
    'view is missing: patterns cannot be compared' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM duckdb_views() AS o
    WHERE
        o.database_name = current_database()
        AND o.schema_name = 'main'
        AND o.view_name = 'v_sync_performance'
);

WITH made AS (
    SELECT o.sql
    FROM duckdb_views() AS o
    WHERE
        o.database_name = current_database()
        AND o.schema_name = 'main'
        AND o.view_name = 'v_sync_performance'
),

expected (clause, problem) AS (
    VALUES
    (
        'CREATE VIEW v_sync_performance AS SELECT s.pattern, s.sync_type, count_star() AS total_syncs,',
        'total_syncs does not count every synchronization that ended'
    ),
    (
        'count_star() FILTER (WHERE (s.status = ''completed'')) AS successful_syncs,',
        'successful_syncs does not count those that completed'
    ),
    (
        'count_star() FILTER (WHERE (s.status = ''failed'')) AS failed_syncs,',
        'failed_syncs does not count those that failed'
    ),
    (
        'avg((epoch_ms(s.completed_at) - epoch_ms(s.created_at))) AS avg_duration_ms,',
        'avg_duration_ms is not the average time from start to end in milliseconds'
    ),
    (
        'max((epoch_ms(s.completed_at) - epoch_ms(s.created_at))) AS max_duration_ms',
        'max_duration_ms is not the longest time from start to end in milliseconds'
    ),
    ('FROM agent_synchronizations AS s', 'takes its numbers from elsewhere'),
    (
        'WHERE (s.completed_at IS NOT NULL)',
        'counts synchronizations that have not ended, or leaves out some that have'
    ),
    ('GROUP BY s.pattern, s.sync_type', 'does not show one row for each pattern and type'),
    ('ORDER BY total_syncs DESC;', 'does not show the most frequent first')
)

SELECT
    'v_sync_performance' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE NOT contains(m.sql, e.clause)
UNION ALL
SELECT
    'v_sync_performance' AS subject,
    'is not the view that this step made; it is now ' || m.sql AS problem
FROM made AS m
WHERE m.sql <> (SELECT string_agg(e.clause, ' ') FROM expected AS e);

SELECT
    'v_failed_operations' AS subject,
    'view is missing: nobody sees what must be investigated' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM duckdb_views() AS o
    WHERE
        o.database_name = current_database()
        AND o.schema_name = 'main'
        AND o.view_name = 'v_failed_operations'
);

WITH made AS (
    SELECT o.sql
    FROM duckdb_views() AS o
    WHERE
        o.database_name = current_database()
        AND o.schema_name = 'main'
        AND o.view_name = 'v_failed_operations'
),

expected (clause, problem) AS (
    VALUES
    (
        'CREATE VIEW v_failed_operations AS SELECT e.execution_id, e.sync_id, s.sync_type, s.pattern, '
        || 'e.operation_type, e.file_path, e.error_message, e.started_at, s.created_by,',
        'has other columns, or has them in another order'
    ),
    (
        'count(a.audit_id) AS audit_event_count',
        'audit_event_count does not count the events of the execution, with 0 for none'
    ),
    (
        'FROM ((sync_executions AS e INNER JOIN agent_synchronizations AS s ON ((e.sync_id = s.sync_id))) LEFT '
        || 'JOIN sync_audit_trail AS a ON ((e.execution_id = a.execution_id)))',
        'leaves out operations without an event, or counts the events of another'
    ),
    ('WHERE (e.operation_result = ''failure'')', 'shows operations that did not fail, or leaves out some that did'),
    ('GROUP BY ALL', 'does not show one row for each operation'),
    ('ORDER BY e.started_at DESC;', 'does not show the latest failure first')
)

SELECT
    'v_failed_operations' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE NOT contains(m.sql, e.clause)
UNION ALL
SELECT
    'v_failed_operations' AS subject,
    'is not the view that this step made; it is now ' || m.sql AS problem
FROM made AS m
WHERE m.sql <> (SELECT string_agg(e.clause, ' ') FROM expected AS e);
