-- Checkpoints of a task: how far it came and when, latest first.
-- seed: 003 2. Database Initialization, core indexes
-- params: task_id (the task)
-- uses: idx_checkpoints_task

SELECT
    c.iteration,
    c.created_at
FROM checkpoints AS c
WHERE c.task_id = :task_id
ORDER BY c.iteration DESC;
