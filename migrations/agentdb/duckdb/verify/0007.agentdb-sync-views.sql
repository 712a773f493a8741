-- Sync views verified: each view exists, and every clause of it says exactly what this step made it say.
-- seed: 000 3.4 Views; 5.3 HIPAA-Compliant PHI Access Report; 5.5 Find Failed Operations; 5.7 Success Rate by Pattern

WITH expected (name, clause, problem) AS MATERIALIZED (
    VALUES
    ('v_current_sync_status', NULL, 'view is missing: nobody sees where the synchronizations stand'),
    (
        'v_current_sync_status',
        'CREATE VIEW v_current_sync_status AS SELECT s.sync_id, s.agent_id, s.worktree_path, s.sync_type, '
        || 's.pattern, s.status, s.created_at, s.completed_at, s.created_by,',
        'has other columns, or has them in another order'
    ),
    (
        'v_current_sync_status', 'count(e.execution_id) AS execution_count,',
        'execution_count does not count the executions, with 0 for none'
    ),
    (
        'v_current_sync_status', 'count(e.execution_id) FILTER (WHERE e.phi_accessed) AS phi_access_count,',
        'phi_access_count does not count the executions that accessed PHI, with 0 for none'
    ),
    (
        'v_current_sync_status',
        'count(e.execution_id) FILTER (WHERE (e.operation_result = ''failure'')) AS failure_count,',
        'failure_count does not count the executions that failed, with 0 for none'
    ),
    (
        'v_current_sync_status', 'CAST(sum(e.duration_ms) AS BIGINT) AS total_duration_ms',
        'total_duration_ms is not the sum of the durations as a whole number'
    ),
    (
        'v_current_sync_status',
        'FROM (agent_synchronizations AS s LEFT JOIN sync_executions AS e ON ((s.sync_id = e.sync_id)))',
        'leaves out synchronizations without executions, or counts those of another'
    ),
    ('v_current_sync_status', 'GROUP BY ALL;', 'does not show one row for each synchronization'),
    ('v_phi_access_audit', NULL, 'view is missing: the HIPAA report has no source'),
    (
        'v_phi_access_audit',
        'CREATE VIEW v_phi_access_audit AS SELECT a.audit_id, a."timestamp", a.actor, a.actor_role, a.event_type, '
        || 's.sync_type, s.pattern, e.file_path, e.phi_justification, a.compliance_context, a.session_id',
        'has other columns, or has them in another order'
    ),
    (
        'v_phi_access_audit',
        'FROM ((sync_audit_trail AS a INNER JOIN agent_synchronizations AS s ON ((a.sync_id = s.sync_id))) LEFT '
        || 'JOIN sync_executions AS e ON ((a.execution_id = e.execution_id)))',
        'leaves out events without an execution, or shows what belongs to another'
    ),
    ('v_phi_access_audit', 'WHERE a.phi_involved', 'shows events that involve no PHI, or leaves out some that do'),
    ('v_phi_access_audit', 'ORDER BY a."timestamp" DESC;', 'does not show the latest event first'),
    ('v_sync_performance', NULL, 'view is missing: patterns cannot be compared'),
    (
        'v_sync_performance',
        'CREATE VIEW v_sync_performance AS SELECT s.pattern, s.sync_type, count_star() AS total_syncs,',
        'total_syncs does not count every synchronization that ended'
    ),
    (
        'v_sync_performance', 'count_star() FILTER (WHERE (s.status = ''completed'')) AS successful_syncs,',
        'successful_syncs does not count those that completed'
    ),
    (
        'v_sync_performance', 'count_star() FILTER (WHERE (s.status = ''failed'')) AS failed_syncs,',
        'failed_syncs does not count those that failed'
    ),
    (
        'v_sync_performance', 'avg((epoch_ms(s.completed_at) - epoch_ms(s.created_at))) AS avg_duration_ms,',
        'avg_duration_ms is not the average time from start to end in milliseconds'
    ),
    (
        'v_sync_performance', 'max((epoch_ms(s.completed_at) - epoch_ms(s.created_at))) AS max_duration_ms',
        'max_duration_ms is not the longest time from start to end in milliseconds'
    ),
    ('v_sync_performance', 'FROM agent_synchronizations AS s', 'takes its numbers from elsewhere'),
    (
        'v_sync_performance', 'WHERE (s.completed_at IS NOT NULL)',
        'counts synchronizations that have not ended, or leaves out some that have'
    ),
    ('v_sync_performance', 'GROUP BY s.pattern, s.sync_type', 'does not show one row for each pattern and type'),
    ('v_sync_performance', 'ORDER BY total_syncs DESC;', 'does not show the most frequent first'),
    ('v_failed_operations', NULL, 'view is missing: nobody sees what must be investigated'),
    (
        'v_failed_operations',
        'CREATE VIEW v_failed_operations AS SELECT e.execution_id, e.sync_id, s.sync_type, s.pattern, '
        || 'e.operation_type, e.file_path, e.error_message, e.started_at, s.created_by,',
        'has other columns, or has them in another order'
    ),
    (
        'v_failed_operations', 'count(a.audit_id) AS audit_event_count',
        'audit_event_count does not count the events of the execution, with 0 for none'
    ),
    (
        'v_failed_operations',
        'FROM ((sync_executions AS e INNER JOIN agent_synchronizations AS s ON ((e.sync_id = s.sync_id))) LEFT '
        || 'JOIN sync_audit_trail AS a ON ((e.execution_id = a.execution_id)))',
        'leaves out operations without an event, or counts the events of another'
    ),
    (
        'v_failed_operations', 'WHERE (e.operation_result = ''failure'')',
        'shows operations that did not fail, or leaves out some that did'
    ),
    ('v_failed_operations', 'GROUP BY ALL', 'does not show one row for each operation'),
    ('v_failed_operations', 'ORDER BY e.started_at DESC;', 'does not show the latest failure first')
)

SELECT
    e.name AS subject,
    CASE
        WHEN e.clause IS NOT NULL THEN e.problem || '; expected ' || e.clause
        WHEN o.sql IS NULL THEN e.problem
        ELSE 'is not the view that this step made; it is now ' || o.sql
    END AS problem
FROM expected AS e
LEFT JOIN duckdb_views() AS o
    ON
        e.name = o.view_name
        AND o.database_name = current_database()
        AND o.schema_name = 'main'
WHERE
    CASE
        WHEN e.clause IS NOT NULL THEN NOT contains(o.sql, e.clause)
        ELSE
            o.sql IS NULL
            OR o.sql NOT IN (
                SELECT string_agg(p.clause, ' ')
                FROM expected AS p
                GROUP BY p.name
            )
    END;
