-- Trail of an agent: what it did last.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: agent_id (the agent)
-- uses: idx_audit_log_agent_time

SELECT
    l.created_at,
    l.event_type,
    l.action,
    l.resource_type,
    l.resource_id
FROM audit_log AS l
WHERE l.agent_id = cast($agent_id AS uuid)
ORDER BY l.created_at DESC
LIMIT 100;
