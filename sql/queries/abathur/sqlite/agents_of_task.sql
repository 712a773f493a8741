-- Agents of a task: who works on it, or did.
-- seed: 003 2. Database Initialization, core indexes
-- params: task_id (the task)
-- uses: idx_agents_task

SELECT
    a.id,
    a.name,
    a.specialization,
    a.state,
    a.model,
    a.spawned_at,
    a.terminated_at
FROM agents AS a
WHERE a.task_id = :task_id
ORDER BY a.spawned_at ASC, a.rowid ASC;
