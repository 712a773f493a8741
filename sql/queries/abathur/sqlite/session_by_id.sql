-- Session: the whole conversation, for an agent that joins it.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation
-- params: session_id (the session)
-- uses: idx_sessions_pk

SELECT
    s.id,
    s.app_name,
    s.user_id,
    s.project_id,
    s.status,
    s.events,
    s.state,
    s.metadata,
    s.created_at,
    s.last_update_time,
    s.terminated_at,
    s.archived_at
FROM sessions AS s
WHERE s.id = :session_id;
