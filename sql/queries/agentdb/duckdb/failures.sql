-- Failures: every operation that failed, latest first, without the audit trail.
-- seed: 000 5.5 Find Failed Operations Requiring Investigation

SELECT
    e.execution_id,
    e.sync_id,
    s.pattern,
    e.operation_type,
    e.file_path,
    e.error_message,
    e.started_at
FROM sync_executions AS e
INNER JOIN agent_synchronizations AS s ON e.sync_id = s.sync_id
WHERE e.operation_result = 'failure'
ORDER BY e.started_at DESC, e.execution_id ASC;
