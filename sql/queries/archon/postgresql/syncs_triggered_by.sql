-- Syncs that somebody triggered: the latest first.
-- seed: 002 3. Indexes Created
-- params: triggered_by (a person or job, such as User), rows (at most this many)
-- uses: idx_sync_history_triggered_by

SELECT
    s.sync_id,
    s.direction,
    s.status,
    s.started_at,
    s.duration_seconds
FROM archon_sync_history AS s
WHERE s.triggered_by = $triggered_by
ORDER BY s.started_at DESC
LIMIT $rows;
