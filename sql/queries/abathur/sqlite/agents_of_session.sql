-- Agents of a session: who took part in a conversation, latest first.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- params: session_id (the session), rows (at most this many)
-- uses: idx_agents_session

SELECT
    a.id,
    a.name,
    a.specialization,
    a.task_id,
    a.state,
    a.spawned_at,
    a.terminated_at
FROM agents AS a
WHERE a.session_id = :session_id
ORDER BY a.spawned_at DESC, a.rowid DESC
LIMIT :rows;
