-- Agent memory undone: every agent forgets.
-- seed: 001 Deliverables, 1. Schema Definition
-- loses: agent_memory (every row)

DROP TRIGGER agent_memory_updated_at;

DROP INDEX idx_agent_memory_updated_at;

DROP INDEX idx_agent_memory_agent_id;

DROP TABLE agent_memory;
