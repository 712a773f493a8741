-- Sessions of a project: who works on it, for agents that work together.
-- seed: 003 3. Memory Tables Deployment, Memory indexes
-- params: project_id (the project), rows (at most this many)
-- uses: idx_sessions_project

SELECT
    s.id,
    s.app_name,
    s.user_id,
    s.status,
    s.created_at,
    s.last_update_time
FROM sessions AS s
WHERE s.project_id = :project_id
ORDER BY s.created_at DESC, s.rowid DESC
LIMIT :rows;
