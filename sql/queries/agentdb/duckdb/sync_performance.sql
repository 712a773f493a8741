-- Performance by pattern: how many synchronizations ended, how, and how long they took, the most frequent first.
-- seed: 000 5.7 Synchronization Success Rate by Pattern

SELECT
    p.pattern,
    p.sync_type,
    p.total_syncs,
    p.successful_syncs,
    p.failed_syncs,
    p.avg_duration_ms,
    p.max_duration_ms
FROM v_sync_performance AS p
ORDER BY p.total_syncs DESC, p.pattern ASC, p.sync_type ASC;
