-- Memory of an agent, saved: what it writes when it stops, the first time or again.
-- seed: 001 Data Model, Agent Memory
-- params: agent_id (the agent), memory_json (all it knows as JSON)
-- writes: yes

-- A saved memory is a success, so it starts the count of retries again; the trigger sets updated_at.
INSERT INTO agent_memory (agent_id, memory_json)
VALUES (:agent_id, :memory_json)
ON CONFLICT (agent_id) DO UPDATE
SET
    memory_json = excluded.memory_json,
    retry_count = 0,
    last_error = NULL;
