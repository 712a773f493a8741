-- Settings of an agent: all of its own.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: agent_id (the agent)
-- uses: idx_configurations_agent

SELECT
    c.key,
    c.environment,
    c.value
FROM configurations AS c
WHERE c.agent_id = cast($agent_id AS uuid);
