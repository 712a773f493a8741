-- Failed instances: what crashed or ended in an error.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- uses: idx_agent_instances_status

SELECT
    i.id,
    i.agent_id,
    i.host_name,
    i.status,
    i.error_count,
    i.restart_count
FROM agent_instances AS i
WHERE i.status IN ('error', 'crashed');
