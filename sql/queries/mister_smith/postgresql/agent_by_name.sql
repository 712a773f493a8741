-- An agent by its name: the whole of it.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: name (the name)
-- uses: idx_agents_name

SELECT
    a.id,
    a.name,
    a.agent_type,
    a.status,
    a.configuration,
    a.capabilities,
    a.version,
    a.created_at,
    a.updated_at
FROM agents AS a
WHERE a.name = $name;
