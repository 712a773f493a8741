-- Health of an agent: its last checks.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: agent_id (the agent)
-- uses: idx_health_checks_agent_time

SELECT
    h.checked_at,
    h.check_name,
    h.status,
    h.response_time_ms
FROM health_checks AS h
WHERE h.agent_id = cast($agent_id AS uuid)
ORDER BY h.checked_at DESC
LIMIT 20;
