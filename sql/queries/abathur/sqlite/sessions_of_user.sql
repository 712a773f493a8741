-- Sessions of a user: what was talked about last.
-- seed: 003 3. Memory Tables Deployment, Memory indexes
-- params: user_id (the user), rows (at most this many)
-- uses: idx_sessions_user_created

SELECT
    s.id,
    s.app_name,
    s.project_id,
    s.status,
    s.created_at,
    s.last_update_time
FROM sessions AS s
WHERE s.user_id = :user_id
ORDER BY s.created_at DESC, s.rowid DESC
LIMIT :rows;
