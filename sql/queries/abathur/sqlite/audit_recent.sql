-- Audit, the latest: what everyone did last.
-- seed: 003 2. Database Initialization, core indexes
-- params: rows (at most this many)
-- uses: idx_audit_timestamp

SELECT
    a.timestamp,
    a.agent_id,
    a.task_id,
    a.action_type,
    a.memory_operation_type,
    a.memory_namespace,
    a.result
FROM audit AS a
ORDER BY a.timestamp DESC, a.id DESC
LIMIT :rows;
