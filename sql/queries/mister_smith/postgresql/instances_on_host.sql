-- Instances on a host: what stops when it does.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: host_name (the host)
-- uses: idx_agent_instances_host

SELECT
    i.id,
    i.agent_id,
    i.process_id,
    i.port,
    i.status
FROM agent_instances AS i
WHERE i.host_name = $host_name AND i.status = 'running';
