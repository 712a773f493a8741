-- Success rate by pattern: of all synchronizations, ended or not, how many completed, the most frequent first.
-- seed: 000 5.7 Synchronization Success Rate by Pattern

SELECT
    s.pattern,
    s.sync_type,
    count(*) AS total_syncs,
    count(*) FILTER (WHERE s.status = 'completed') AS successful, -- noqa: RF04
    count(*) FILTER (WHERE s.status = 'failed') AS failed,
    round(100.0 * count(*) FILTER (WHERE s.status = 'completed') / count(*), 2) AS success_rate
FROM agent_synchronizations AS s
GROUP BY s.pattern, s.sync_type
ORDER BY total_syncs DESC, s.pattern ASC, s.sync_type ASC;
