-- Tasks of a period: what was submitted from one moment up to another.
-- seed: 003 2. Database Initialization, core indexes
-- params: since (first moment), until (first moment after the period)
-- uses: idx_tasks_submitted_at

-- To the second, in the spelling of the application, which sorts before all fractions of that second.
SELECT
    t.id,
    t.agent_type,
    t.priority,
    t.status,
    t.submitted_at,
    t.completed_at
FROM tasks AS t
WHERE
    t.submitted_at >= strftime('%Y-%m-%dT%H:%M:%S', :since)
    AND t.submitted_at < strftime('%Y-%m-%dT%H:%M:%S', :until)
ORDER BY t.submitted_at ASC, t.rowid ASC;
