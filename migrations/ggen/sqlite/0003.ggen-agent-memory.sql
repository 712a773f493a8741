-- Agent memory: what each agent knows, kept from one execution to the next.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, Agent Memory
-- differs: a trigger keeps updated_at, which the original leaves at the time of the insert; agent_id is unique by the
--   index alone; memory_json and collision_history must be JSON; retry_count is a count
-- depends: 0002.ggen-receipts

CREATE TABLE agent_memory (
    id INTEGER CONSTRAINT agent_memory_pkey PRIMARY KEY AUTOINCREMENT,
    agent_id TEXT NOT NULL,
    memory_json TEXT NOT NULL,
    collision_history TEXT,
    retry_count INTEGER DEFAULT 0,
    last_error TEXT,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT agent_memory_memory_json_check CHECK (json_valid(memory_json)),
    CONSTRAINT agent_memory_collision_history_check CHECK (
        collision_history IS NULL OR json_valid(collision_history)
    ),
    CONSTRAINT agent_memory_retry_count_check CHECK (
        typeof(retry_count) IN ('integer', 'null') AND retry_count >= 0
    )
);

-- One memory per agent; an upsert needs it as its conflict target.
CREATE UNIQUE INDEX idx_agent_memory_agent_id ON agent_memory (agent_id);

-- Which agents remembered something lately.
CREATE INDEX idx_agent_memory_updated_at ON agent_memory (updated_at DESC);

-- Every column but updated_at is listed, so that the trigger's own UPDATE cannot fire it again, whatever
-- recursive_triggers says; WHEN leaves a time alone that the application sets itself.
CREATE TRIGGER agent_memory_updated_at
AFTER UPDATE OF id, agent_id, memory_json, collision_history, retry_count, last_error, created_at ON agent_memory
FOR EACH ROW
WHEN new.updated_at IS old.updated_at
BEGIN
    UPDATE agent_memory
    SET updated_at = CURRENT_TIMESTAMP
    WHERE id = new.id;
END;
