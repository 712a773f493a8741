-- Tasks of a session: what was done for a conversation, latest first.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- params: session_id (the session), rows (at most this many)
-- uses: idx_tasks_session

SELECT
    t.id,
    t.agent_type,
    t.priority,
    t.status,
    t.submitted_at,
    t.completed_at
FROM tasks AS t
WHERE t.session_id = :session_id
ORDER BY t.submitted_at DESC, t.rowid DESC
LIMIT :rows;
