-- Audit of a namespace: what was done to the memories in it, latest first.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- params: namespace (the namespace), rows (at most this many)
-- uses: idx_audit_memory_namespace

SELECT
    a.timestamp,
    a.agent_id,
    a.task_id,
    a.memory_operation_type,
    a.memory_entry_id,
    a.action_data
FROM audit AS a
WHERE a.memory_namespace = :namespace
ORDER BY a.timestamp DESC, a.id DESC
LIMIT :rows;
