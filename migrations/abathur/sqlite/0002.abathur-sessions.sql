-- Sessions: one row per conversation, which tasks, agents and checkpoints belong to.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation; 2. Database Initialization, Table Creation Sequence
-- differs: id is unique by idx_sessions_pk alone, so nothing is indexed twice; idx_sessions_status_updated also finds
--   status = 'active', which the original's cannot; a trigger keeps last_update_time; metadata may be NULL on every
--   version of SQLite
-- depends: 0001.abathur-core-tables

CREATE TABLE sessions (
    id TEXT NOT NULL,
    app_name TEXT NOT NULL,
    user_id TEXT NOT NULL,
    project_id TEXT,
    status TEXT NOT NULL DEFAULT 'created',
    events TEXT NOT NULL DEFAULT '[]',
    state TEXT NOT NULL DEFAULT '{}',
    metadata TEXT DEFAULT '{}',
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    last_update_time TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    terminated_at TIMESTAMP,
    archived_at TIMESTAMP,
    CONSTRAINT sessions_status_check CHECK (status IN ('created', 'active', 'paused', 'terminated', 'archived')),
    CONSTRAINT sessions_events_check CHECK (json_valid(events)),
    CONSTRAINT sessions_state_check CHECK (json_valid(state)),
    CONSTRAINT sessions_metadata_check CHECK (metadata IS NULL OR json_valid(metadata))
);

-- The key of a session, and the target of the foreign keys of what belongs to it.
CREATE UNIQUE INDEX idx_sessions_pk ON sessions (id);

-- The open sessions, the liveliest first; most are closed. The predicate says one thing in three ways, because SQLite
-- uses a partial index only where a query repeats it, or one side of its OR: IN alone would not find status = 'active'.
CREATE INDEX idx_sessions_status_updated ON sessions (status, last_update_time DESC)
WHERE status = 'active' OR status = 'paused' OR status IN ('active', 'paused');

-- The sessions of a user, latest first.
CREATE INDEX idx_sessions_user_created ON sessions (user_id, created_at DESC);

-- The sessions of a project, latest first; most sessions have none.
CREATE INDEX idx_sessions_project ON sessions (project_id, created_at DESC)
WHERE project_id IS NOT NULL;

-- Every column but last_update_time is listed, so that the trigger's own UPDATE cannot fire it again, whatever
-- recursive_triggers says; WHEN leaves a time alone that the application sets itself.
CREATE TRIGGER sessions_last_update_time
AFTER UPDATE OF
id, app_name, user_id, project_id, status, events, state, metadata, created_at, terminated_at, archived_at ON sessions
FOR EACH ROW
WHEN new.last_update_time IS old.last_update_time
BEGIN
    UPDATE sessions
    SET last_update_time = CURRENT_TIMESTAMP
    WHERE id = new.id;
END;
