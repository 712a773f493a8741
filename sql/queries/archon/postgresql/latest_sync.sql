-- Latest sync: the newest of all.
-- seed: 002 Testing Results, Test 1; 7. Helper Functions Created
-- uses: idx_sync_history_started

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
FROM get_latest_sync() AS g;
