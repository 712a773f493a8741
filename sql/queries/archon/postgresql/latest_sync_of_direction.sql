-- Latest sync of a direction: the newest that went this way.
-- seed: 002 7. Helper Functions Created
-- params: direction (local-to-remote, remote-to-local or bidirectional)
-- uses: idx_sync_history_direction

SELECT
    g.id,
    g.sync_id,
    g.direction,
    g.status,
    g.started_at,
    g.completed_at,
    g.duration_seconds,
    g.synced_rows,
    g.percent_complete
FROM get_latest_sync($direction) AS g;
