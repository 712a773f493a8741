-- Open errors of an agent: what nobody has resolved, of one severity.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: agent_id (the agent), severity (low, medium, high or critical)
-- uses: idx_errors_agent_severity

SELECT
    e.id,
    e.created_at,
    e.error_type,
    e.error_code,
    e.message
FROM errors AS e
WHERE e.agent_id = cast($agent_id AS uuid) AND e.severity = $severity AND NOT e.is_resolved
ORDER BY e.created_at DESC;
