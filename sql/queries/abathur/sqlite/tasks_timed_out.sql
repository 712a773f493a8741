-- Tasks that ran out of time: they run, and have been silent for longer than they may, the longest first.
-- seed: 003 2. Database Initialization, core indexes
-- params: at (the moment that counts, such as now)
-- uses: idx_tasks_running_timeout

SELECT
    t.id,
    t.agent_type,
    t.last_updated_at,
    t.max_execution_timeout_seconds,
    round((julianday(:at) - julianday(t.last_updated_at)) * 86400, 3) AS silent_seconds
FROM tasks AS t
WHERE
    t.status = 'running'
    AND round((julianday(:at) - julianday(t.last_updated_at)) * 86400, 3)
    > coalesce(t.max_execution_timeout_seconds, 3600)
ORDER BY t.last_updated_at ASC, t.rowid ASC;
