-- Checkpoints in sessions: a checkpoint knows the conversation in which it was made.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- differs: idx_checkpoints_task, in the original the primary key read backwards, also holds the time of a checkpoint;
--   an index of the session, without which deleting one session reads every checkpoint
-- depends: 0008.abathur-audit-of-memory 0002.abathur-sessions 0001.abathur-core-tables

ALTER TABLE checkpoints ADD COLUMN session_id TEXT
CONSTRAINT checkpoints_session_id_fkey REFERENCES sessions (id) ON DELETE SET NULL;

-- How far a task came and when, without reading the states, which are long.
DROP INDEX idx_checkpoints_task;

CREATE INDEX idx_checkpoints_task ON checkpoints (task_id, iteration DESC, created_at);

-- Not in the seed.
CREATE INDEX checkpoints_session_id_idx ON checkpoints (session_id)
WHERE session_id IS NOT NULL;
