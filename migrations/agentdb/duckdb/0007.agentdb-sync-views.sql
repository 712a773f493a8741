-- Sync views: the four questions that operators and auditors ask most, answered the same way for everyone.
-- seed: 000 3.4 Views; 5.3 HIPAA-Compliant PHI Access Report; 5.5 Find Failed Operations; 5.7 Success Rate by Pattern
-- differs: each view sorts by what the seed promises and no further. DuckDB sorts a view that says ORDER BY even where
--   the query around it counts or sorts anew, so rows that tie come in any order; the named queries settle them
-- depends: 0006.agentdb-audit-seals 0004.agentdb-sync-audit-trail 0003.agentdb-sync-executions

CREATE VIEW v_current_sync_status AS
SELECT
    s.sync_id,
    s.agent_id,
    s.worktree_path,
    s.sync_type,
    s.pattern,
    s.status,
    s.created_at,
    s.completed_at,
    s.created_by,
    count(e.execution_id) AS execution_count,
    count(e.execution_id) FILTER (WHERE e.phi_accessed) AS phi_access_count,
    count(e.execution_id) FILTER (WHERE e.operation_result = 'failure') AS failure_count,
    sum(e.duration_ms)::BIGINT AS total_duration_ms
FROM agent_synchronizations AS s
LEFT JOIN sync_executions AS e ON s.sync_id = e.sync_id
GROUP BY ALL;

CREATE VIEW v_phi_access_audit AS
SELECT
    a.audit_id,
    a.timestamp,
    a.actor,
    a.actor_role,
    a.event_type,
    s.sync_type,
    s.pattern,
    e.file_path,
    e.phi_justification,
    a.compliance_context,
    a.session_id
FROM sync_audit_trail AS a
INNER JOIN agent_synchronizations AS s ON a.sync_id = s.sync_id
LEFT JOIN sync_executions AS e ON a.execution_id = e.execution_id
WHERE a.phi_involved
ORDER BY a.timestamp DESC;

-- epoch_ms() counts from one fixed instant, so a change to daylight saving time lengthens no synchronization.
CREATE VIEW v_sync_performance AS
SELECT
    s.pattern,
    s.sync_type,
    count(*) AS total_syncs,
    count(*) FILTER (WHERE s.status = 'completed') AS successful_syncs,
    count(*) FILTER (WHERE s.status = 'failed') AS failed_syncs,
    avg(epoch_ms(s.completed_at) - epoch_ms(s.created_at)) AS avg_duration_ms,
    max(epoch_ms(s.completed_at) - epoch_ms(s.created_at)) AS max_duration_ms
FROM agent_synchronizations AS s
WHERE s.completed_at IS NOT NULL
GROUP BY s.pattern, s.sync_type
ORDER BY total_syncs DESC;

CREATE VIEW v_failed_operations AS
SELECT
    e.execution_id,
    e.sync_id,
    s.sync_type,
    s.pattern,
    e.operation_type,
    e.file_path,
    e.error_message,
    e.started_at,
    s.created_by,
    count(a.audit_id) AS audit_event_count
FROM sync_executions AS e
INNER JOIN agent_synchronizations AS s ON e.sync_id = s.sync_id
LEFT JOIN sync_audit_trail AS a ON e.execution_id = a.execution_id
WHERE e.operation_result = 'failure'
GROUP BY ALL
ORDER BY e.started_at DESC;
