-- State of a task: the keys that its agents share, and when each changed.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- params: task_id (the task)
-- uses: idx_state_task_key

SELECT
    s.key,
    s.updated_at
FROM state AS s
WHERE s.task_id = :task_id
ORDER BY s.key ASC;
