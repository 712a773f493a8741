-- Syncs of a direction: the latest first.
-- seed: 002 3. Indexes Created
-- params: direction (local-to-remote, remote-to-local or bidirectional), rows (at most this many)
-- uses: idx_sync_history_direction

SELECT
    s.sync_id,
    s.status,
    s.started_at,
    s.completed_at,
    s.duration_seconds,
    s.synced_rows
FROM archon_sync_history AS s
WHERE s.direction = $direction
ORDER BY s.started_at DESC
LIMIT $rows;
