-- Audit of a memory entry: who made a version, and what was done to it since, latest first.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- params: entry_id (the id of the entry), rows (at most this many)
-- uses: idx_audit_memory_entry

SELECT
    a.timestamp,
    a.agent_id,
    a.task_id,
    a.memory_operation_type,
    a.action_type,
    a.action_data
FROM audit AS a
WHERE a.memory_entry_id = :entry_id
ORDER BY a.timestamp DESC, a.id DESC
LIMIT :rows;
