-- Tasks in sessions undone: the table is to the byte what it was, and every task stays.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- loses: tasks.session_id (which session each task served)

DROP TRIGGER tasks_last_updated_at;

DROP INDEX idx_tasks_session;

ALTER TABLE tasks DROP COLUMN session_id;
