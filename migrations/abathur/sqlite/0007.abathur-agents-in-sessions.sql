-- Agents in sessions: an agent knows the conversation that it takes part in, and is in one of four states.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- differs: state is checked, where the original only comments on it
-- depends: 0006.abathur-tasks-in-sessions 0002.abathur-sessions 0001.abathur-core-tables

-- As with tasks: looks at every row and writes none.
CREATE TEMP TRIGGER agents_fit
BEFORE UPDATE ON agents
FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'an agent has no id (rung query abathur legacy_rows lists such rows)')
    WHERE old.id IS NULL;
    SELECT RAISE(ABORT, 'the state of an agent is not one of the four (rung query abathur legacy_rows lists such rows)')
    WHERE old.state NOT IN ('idle', 'working', 'waiting', 'terminated');
    SELECT RAISE(IGNORE);
END;

UPDATE agents
SET id = id;

DROP TRIGGER agents_fit;

ALTER TABLE agents ADD COLUMN session_id TEXT
CONSTRAINT agents_session_id_fkey REFERENCES sessions (id) ON DELETE SET NULL
CONSTRAINT agents_id_check CHECK (id IS NOT NULL)
CONSTRAINT agents_state_check CHECK (state IN ('idle', 'working', 'waiting', 'terminated'));

-- The agents of a session, latest first; also spares a scan when a session is deleted.
CREATE INDEX idx_agents_session ON agents (session_id, spawned_at DESC)
WHERE session_id IS NOT NULL;
