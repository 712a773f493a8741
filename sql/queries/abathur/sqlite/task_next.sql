-- Next task: of those that wait, the most urgent, and of those the one that waits longest.
-- seed: 003 2. Database Initialization, core indexes
-- uses: idx_tasks_status_priority

SELECT
    t.id,
    t.prompt,
    t.agent_type,
    t.priority,
    t.input_data,
    t.retry_count,
    t.max_retries,
    t.dependencies,
    t.session_id,
    t.submitted_at
FROM tasks AS t
WHERE t.status = 'pending'
ORDER BY t.priority DESC, t.submitted_at ASC, t.rowid ASC
LIMIT 1;
