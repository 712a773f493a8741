-- Tasks in sessions: a task knows the conversation that it serves, and holds only what a task can hold.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- differs: status, priority and input_data are checked, where the original only comments on them; a trigger keeps
--   last_updated_at, which the original leaves to each of its statements
-- depends: 0005.abathur-document-index 0002.abathur-sessions 0001.abathur-core-tables

-- Looks at every row and writes none: a row that breaks a rule stops the step and says which rule, any other is passed
-- over. The ALTER TABLE below would not name the rule, and before SQLite 3.37 would not look at the rows at all.
CREATE TEMP TRIGGER tasks_fit
BEFORE UPDATE ON tasks
FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'a task has no id (rung query abathur legacy_rows lists such rows)')
    WHERE old.id IS NULL;
    SELECT RAISE(ABORT, 'the status of a task is not one of the five (rung query abathur legacy_rows lists such rows)')
    WHERE old.status NOT IN ('pending', 'running', 'completed', 'failed', 'cancelled');
    SELECT RAISE(ABORT, 'the priority of a task is not from 1 to 10 (rung query abathur legacy_rows lists such rows)')
    WHERE typeof(old.priority) <> 'integer' OR old.priority NOT BETWEEN 1 AND 10;
    SELECT RAISE(ABORT, 'the input_data of a task is not JSON (rung query abathur legacy_rows lists such rows)')
    WHERE NOT json_valid(old.input_data);
    SELECT RAISE(ABORT, 'a task has no last_updated_at (rung query abathur legacy_rows lists such rows)')
    WHERE old.last_updated_at IS NULL;
    SELECT RAISE(IGNORE);
END;

UPDATE tasks
SET id = id;

DROP TRIGGER tasks_fit;

-- The rules of the other columns hang on the new one, so that they come and go with it: the rows stay where they are,
-- and DROP COLUMN gives back the definition byte for byte. SQLite knows no ALTER TABLE that adds a rule by itself.
ALTER TABLE tasks ADD COLUMN session_id TEXT
CONSTRAINT tasks_session_id_fkey REFERENCES sessions (id) ON DELETE SET NULL
CONSTRAINT tasks_id_check CHECK (id IS NOT NULL)
CONSTRAINT tasks_status_check CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled'))
CONSTRAINT tasks_priority_check CHECK (typeof(priority) = 'integer' AND priority BETWEEN 1 AND 10)
CONSTRAINT tasks_input_data_check CHECK (json_valid(input_data))
CONSTRAINT tasks_last_updated_at_check CHECK (last_updated_at IS NOT NULL);

-- The tasks of a session, latest first; also spares a scan when a session is deleted.
CREATE INDEX idx_tasks_session ON tasks (session_id, submitted_at DESC)
WHERE session_id IS NOT NULL;

-- Not after a change of session_id: a foreign key clears it when the session is deleted, and that is no sign of life of
-- a task that runs. The time is spelled as the application spells it, so that old and new ones sort as one.
CREATE TRIGGER tasks_last_updated_at
AFTER UPDATE OF
id, prompt, agent_type, priority, status, input_data, result_data, error_message, retry_count, max_retries,
max_execution_timeout_seconds, submitted_at, started_at, completed_at, created_by, parent_task_id, dependencies
ON tasks
FOR EACH ROW
WHEN new.last_updated_at IS old.last_updated_at
BEGIN
    UPDATE tasks
    SET last_updated_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')
    WHERE id = new.id;
END;
