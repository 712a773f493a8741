-- Collision history of an agent: what it remembers of its conflicts, one row for each.
-- seed: 001 Data Model, Agent Memory; Validation Results, Coverage Analysis
-- params: agent_id (the agent)
-- uses: idx_agent_memory_agent_id

SELECT
    h.key AS position,
    h.value AS collision
FROM agent_memory AS m
CROSS JOIN json_each(m.collision_history) AS h
WHERE m.agent_id = :agent_id
ORDER BY h.key ASC;
