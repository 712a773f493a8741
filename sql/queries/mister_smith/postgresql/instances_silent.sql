-- Silent instances: running, and not heard of for a while.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: seconds (not heard of for so long)
-- uses: idx_agent_instances_heartbeat

SELECT
    i.id,
    i.agent_id,
    i.host_name,
    i.last_heartbeat
FROM agent_instances AS i
WHERE i.status = 'running' AND i.last_heartbeat < now() - make_interval(secs => cast($seconds AS integer))
ORDER BY i.last_heartbeat ASC;
