-- Active agents of a type: who is there to work, and where each runs.
-- seed: 004 Query Optimization Patterns, Common Query Patterns
-- params: agent_type (the type)
-- uses: idx_agents_type_status, idx_agent_instances_agent_id

SELECT
    a.id,
    a.name,
    a.agent_type,
    a.status,
    a.configuration,
    a.capabilities,
    a.version,
    a.created_at,
    a.updated_at,
    a.created_by,
    i.status AS instance_status,
    i.last_heartbeat
FROM agents AS a
LEFT JOIN agent_instances AS i ON a.id = i.agent_id AND i.status = 'running'
WHERE a.agent_type = $agent_type AND a.status = 'active';
