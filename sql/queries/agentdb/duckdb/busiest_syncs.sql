-- Busiest synchronizations: those with the most executions.
-- seed: 000 9.2 Debugging Queries
-- params: rows (at most this many)

SELECT
    s.sync_id,
    s.pattern,
    count(e.execution_id) AS exec_count
FROM agent_synchronizations AS s
LEFT JOIN sync_executions AS e ON s.sync_id = e.sync_id
GROUP BY s.sync_id, s.pattern
ORDER BY exec_count DESC, s.sync_id ASC
LIMIT cast($rows AS BIGINT);
