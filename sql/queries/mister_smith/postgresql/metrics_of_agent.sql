-- Metrics of an agent: what it measured last.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: agent_id (the agent)
-- uses: idx_metrics_agent_time

SELECT
    m.recorded_at,
    m.metric_name,
    m.metric_value,
    m.unit
FROM metrics AS m
WHERE m.agent_id = cast($agent_id AS uuid)
ORDER BY m.recorded_at DESC
LIMIT 100;
