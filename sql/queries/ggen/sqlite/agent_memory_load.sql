-- Memory of an agent: what it reads when it starts.
-- seed: 001 Data Model, Agent Memory
-- params: agent_id (the agent)
-- uses: idx_agent_memory_agent_id

SELECT
    m.memory_json,
    m.collision_history,
    m.retry_count,
    m.last_error,
    m.updated_at
FROM agent_memory AS m
WHERE m.agent_id = :agent_id;
