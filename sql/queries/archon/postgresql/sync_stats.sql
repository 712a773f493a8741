-- Sync statistics: how many, how well, how long and which way, in a number of days.
-- seed: 002 Testing Results, Test 2; 7. Helper Functions Created
-- params: days (back from now; the document asks for 7)
-- uses: idx_sync_history_started

SELECT
    g.total_syncs,
    g.successful_syncs,
    g.failed_syncs,
    g.avg_duration_seconds,
    g.total_rows_synced,
    g.local_to_remote_count,
    g.remote_to_local_count,
    g.bidirectional_count,
    g.success_rate
FROM get_sync_stats($days) AS g;
