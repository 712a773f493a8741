-- Tasks of a status: the queue itself, say, in the order in which it is worked off.
-- seed: 003 2. Database Initialization, core indexes
-- params: status (pending | running | completed | failed | cancelled), rows (at most this many)
-- uses: idx_tasks_status_priority

SELECT
    t.id,
    t.agent_type,
    t.priority,
    t.retry_count,
    t.error_message,
    t.submitted_at,
    t.started_at,
    t.completed_at,
    t.last_updated_at
FROM tasks AS t
WHERE t.status = :status
ORDER BY t.priority DESC, t.submitted_at ASC, t.rowid ASC
LIMIT :rows;
