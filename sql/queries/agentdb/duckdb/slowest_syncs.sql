-- Slowest synchronizations: the completed ones whose executions took longest in all.
-- seed: 000 5.4 Performance Analysis: Slowest Synchronizations
-- params: rows (at most this many)

SELECT
    s.sync_id,
    s.pattern,
    s.sync_type,
    count(e.execution_id) AS execution_count,
    sum(e.duration_ms) AS total_duration_ms,
    avg(e.duration_ms) AS avg_execution_ms
FROM agent_synchronizations AS s
INNER JOIN sync_executions AS e ON s.sync_id = e.sync_id
WHERE s.status = 'completed'
GROUP BY s.sync_id, s.pattern, s.sync_type
ORDER BY total_duration_ms DESC NULLS LAST, s.sync_id ASC
LIMIT cast($rows AS BIGINT);
