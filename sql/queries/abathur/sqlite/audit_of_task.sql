-- Audit of a task: everything that was done for it, latest first.
-- seed: 003 2. Database Initialization, core indexes
-- params: task_id (the task), rows (at most this many)
-- uses: idx_audit_task

SELECT
    a.timestamp,
    a.agent_id,
    a.action_type,
    a.action_data,
    a.result
FROM audit AS a
WHERE a.task_id = :task_id
ORDER BY a.timestamp DESC, a.id DESC
LIMIT :rows;
