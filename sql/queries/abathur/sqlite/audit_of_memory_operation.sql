-- Audit of a memory operation: what was deleted, say, latest first.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- params: operation (create | update | delete | consolidate | publish), rows (at most this many)
-- uses: idx_audit_memory_operations

SELECT
    a.timestamp,
    a.agent_id,
    a.task_id,
    a.memory_namespace,
    a.memory_entry_id,
    a.action_data
FROM audit AS a
WHERE a.memory_operation_type = :operation
ORDER BY a.timestamp DESC, a.id DESC
LIMIT :rows;
