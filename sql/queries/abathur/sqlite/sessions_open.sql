-- Open sessions: those that are active or paused, the liveliest first.
-- seed: 003 3. Memory Tables Deployment, Memory indexes
-- params: rows (at most this many)
-- uses: idx_sessions_status_updated

SELECT
    s.id,
    s.status,
    s.app_name,
    s.user_id,
    s.project_id,
    s.created_at,
    s.last_update_time
FROM sessions AS s
WHERE s.status IN ('active', 'paused')
ORDER BY s.last_update_time DESC, s.rowid DESC
LIMIT :rows;
