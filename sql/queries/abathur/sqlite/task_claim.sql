-- Next task, taken: the most urgent one that waits runs from now on, and no other worker gets it.
-- seed: 003 2. Database Initialization, core indexes
-- differs: one statement; the original reads the task and then marks it, and two workers can read the same
-- uses: idx_tasks_status_priority
-- writes: yes

UPDATE tasks
SET
    status = 'running',
    started_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')
WHERE
    rowid = (
        SELECT t.rowid
        FROM tasks AS t
        WHERE t.status = 'pending'
        ORDER BY t.priority DESC, t.submitted_at ASC, t.rowid ASC
        LIMIT 1
    )
RETURNING id, prompt, agent_type, priority, input_data, session_id;
