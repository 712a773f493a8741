-- table agents
CREATE TABLE agents (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    specialization TEXT NOT NULL,
    task_id TEXT NOT NULL,
    state TEXT NOT NULL,
    model TEXT NOT NULL,
    spawned_at TIMESTAMP NOT NULL,
    terminated_at TIMESTAMP,
    resource_usage TEXT, session_id TEXT
CONSTRAINT agents_session_id_fkey REFERENCES sessions (id) ON DELETE SET NULL
CONSTRAINT agents_id_check CHECK (id IS NOT NULL)
CONSTRAINT agents_state_check CHECK (state IN ('idle', 'working', 'waiting', 'terminated')),
    FOREIGN KEY (task_id) REFERENCES tasks (id)
);

-- table audit
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    timestamp TIMESTAMP NOT NULL,
    agent_id TEXT,
    task_id TEXT NOT NULL,
    action_type TEXT NOT NULL,
    action_data TEXT,
    result TEXT, memory_operation_type TEXT
CONSTRAINT audit_memory_operation_type_check CHECK (
    memory_operation_type IN ('create', 'update', 'delete', 'consolidate', 'publish')
), memory_namespace TEXT
CONSTRAINT audit_memory_namespace_check CHECK (
    memory_namespace GLOB 'project:*'
    OR memory_namespace GLOB 'app:*'
    OR memory_namespace GLOB 'user:*'
    OR memory_namespace GLOB 'session:*'
    OR memory_namespace GLOB 'temp:*'
), memory_entry_id INTEGER
CONSTRAINT audit_memory_entry_id_fkey REFERENCES memory_entries (id) ON DELETE SET NULL,
    FOREIGN KEY (agent_id) REFERENCES agents (id),
    FOREIGN KEY (task_id) REFERENCES tasks (id)
);

-- table checkpoints
CREATE TABLE checkpoints (
    task_id TEXT NOT NULL,
    iteration INTEGER NOT NULL,
    state TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL, session_id TEXT
CONSTRAINT checkpoints_session_id_fkey REFERENCES sessions (id) ON DELETE SET NULL,
    PRIMARY KEY (task_id, iteration),
    FOREIGN KEY (task_id) REFERENCES tasks (id)
);

-- table document_index
CREATE TABLE document_index (
    id INTEGER CONSTRAINT document_index_pkey PRIMARY KEY AUTOINCREMENT,
    file_path TEXT NOT NULL,
    title TEXT NOT NULL,
    document_type TEXT,
    content_hash TEXT NOT NULL,
    chunk_count INTEGER DEFAULT 1,
    embedding_model TEXT,
    embedding_blob BLOB,
    metadata TEXT DEFAULT '{}',
    last_synced_at TIMESTAMP,
    sync_status TEXT DEFAULT 'pending',
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT document_index_document_type_check CHECK (
        document_type IN ('design', 'specification', 'plan', 'report')
    ),
    CONSTRAINT document_index_chunk_count_check CHECK (
        typeof(chunk_count) IN ('integer', 'null') AND chunk_count >= 0
    ),
    CONSTRAINT document_index_embedding_blob_check CHECK (
        typeof(embedding_blob) IN ('blob', 'null') AND length(embedding_blob) > 0 AND length(embedding_blob) % 4 = 0
    ),
    CONSTRAINT document_index_metadata_check CHECK (metadata IS NULL OR json_valid(metadata)),
    CONSTRAINT document_index_sync_status_check CHECK (sync_status IN ('pending', 'synced', 'failed', 'stale'))
);

-- table memory_entries
CREATE TABLE memory_entries (
    id INTEGER CONSTRAINT memory_entries_pkey PRIMARY KEY AUTOINCREMENT,
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    memory_type TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    is_deleted BOOLEAN NOT NULL DEFAULT 0,
    metadata TEXT DEFAULT '{}',
    created_by TEXT,
    updated_by TEXT,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT memory_entries_namespace_key_version_key UNIQUE (namespace, key, version),
    CONSTRAINT memory_entries_namespace_check CHECK (
        namespace GLOB 'project:*'
        OR namespace GLOB 'app:*'
        OR namespace GLOB 'user:*'
        OR namespace GLOB 'session:*'
        OR namespace GLOB 'temp:*'
    ),
    CONSTRAINT memory_entries_value_check CHECK (json_valid(value)),
    CONSTRAINT memory_entries_memory_type_check CHECK (memory_type IN ('semantic', 'episodic', 'procedural')),
    CONSTRAINT memory_entries_version_check CHECK (typeof(version) = 'integer' AND version > 0),
    CONSTRAINT memory_entries_is_deleted_check CHECK (is_deleted IN (0, 1)),
    CONSTRAINT memory_entries_metadata_check CHECK (metadata IS NULL OR json_valid(metadata))
);

-- table metrics
CREATE TABLE metrics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    timestamp TIMESTAMP NOT NULL,
    metric_name TEXT NOT NULL,
    metric_value REAL NOT NULL,
    labels TEXT,
    CHECK (metric_value >= 0)
);

-- table sessions
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

-- table state
CREATE TABLE state (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (task_id, key),
    FOREIGN KEY (task_id) REFERENCES tasks (id)
);

-- table tasks
CREATE TABLE tasks (
    id TEXT PRIMARY KEY,
    prompt TEXT NOT NULL,
    agent_type TEXT NOT NULL DEFAULT 'general',
    priority INTEGER NOT NULL DEFAULT 5,
    status TEXT NOT NULL,
    input_data TEXT NOT NULL,
    result_data TEXT,
    error_message TEXT,
    retry_count INTEGER DEFAULT 0,
    max_retries INTEGER DEFAULT 3,
    max_execution_timeout_seconds INTEGER DEFAULT 3600,
    submitted_at TIMESTAMP NOT NULL,
    started_at TIMESTAMP,
    completed_at TIMESTAMP,
    last_updated_at TIMESTAMP NOT NULL,
    created_by TEXT,
    parent_task_id TEXT,
    dependencies TEXT, session_id TEXT
CONSTRAINT tasks_session_id_fkey REFERENCES sessions (id) ON DELETE SET NULL
CONSTRAINT tasks_id_check CHECK (id IS NOT NULL)
CONSTRAINT tasks_status_check CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled'))
CONSTRAINT tasks_priority_check CHECK (typeof(priority) = 'integer' AND priority BETWEEN 1 AND 10)
CONSTRAINT tasks_input_data_check CHECK (json_valid(input_data))
CONSTRAINT tasks_last_updated_at_check CHECK (last_updated_at IS NOT NULL),
    FOREIGN KEY (parent_task_id) REFERENCES tasks (id)
);

-- index checkpoints_session_id_idx
CREATE INDEX checkpoints_session_id_idx ON checkpoints (session_id)
WHERE session_id IS NOT NULL;

-- index idx_agents_session
CREATE INDEX idx_agents_session ON agents (session_id, spawned_at DESC)
WHERE session_id IS NOT NULL;

-- index idx_agents_state
CREATE INDEX idx_agents_state ON agents (state);

-- index idx_agents_task
CREATE INDEX idx_agents_task ON agents (task_id);

-- index idx_audit_agent
CREATE INDEX idx_audit_agent ON audit (agent_id, timestamp DESC);

-- index idx_audit_memory_entry
CREATE INDEX idx_audit_memory_entry ON audit (memory_entry_id, timestamp DESC)
WHERE memory_entry_id IS NOT NULL;

-- index idx_audit_memory_namespace
CREATE INDEX idx_audit_memory_namespace ON audit (memory_namespace, timestamp DESC)
WHERE memory_namespace IS NOT NULL;

-- index idx_audit_memory_operations
CREATE INDEX idx_audit_memory_operations ON audit (memory_operation_type, timestamp DESC)
WHERE memory_operation_type IS NOT NULL;

-- index idx_audit_task
CREATE INDEX idx_audit_task ON audit (task_id, timestamp DESC);

-- index idx_audit_timestamp
CREATE INDEX idx_audit_timestamp ON audit (timestamp DESC);

-- index idx_checkpoints_task
CREATE INDEX idx_checkpoints_task ON checkpoints (task_id, iteration DESC, created_at);

-- index idx_document_content_hash
CREATE INDEX idx_document_content_hash ON document_index (content_hash);

-- index idx_document_file_path
CREATE UNIQUE INDEX idx_document_file_path ON document_index (file_path);

-- index idx_document_index_pk
CREATE UNIQUE INDEX idx_document_index_pk ON document_index (id);

-- index idx_document_sync_status
CREATE INDEX idx_document_sync_status ON document_index (sync_status, last_synced_at)
WHERE sync_status = 'pending' OR sync_status = 'stale' OR sync_status IN ('pending', 'stale');

-- index idx_document_type_created
CREATE INDEX idx_document_type_created ON document_index (document_type, created_at DESC)
WHERE document_type IS NOT NULL;

-- index idx_memory_conflict_detection
CREATE INDEX idx_memory_conflict_detection
ON memory_entries ((namespace COLLATE NOCASE), (key COLLATE NOCASE), is_deleted, version DESC, updated_by);

-- index idx_memory_created_by
CREATE INDEX idx_memory_created_by ON memory_entries (created_by, created_at DESC);

-- index idx_memory_entries_pk
CREATE UNIQUE INDEX idx_memory_entries_pk ON memory_entries (id);

-- index idx_memory_episodic_ttl
CREATE INDEX idx_memory_episodic_ttl ON memory_entries (memory_type, updated_at)
WHERE memory_type = 'episodic' AND is_deleted = 0;

-- index idx_memory_namespace_key_version
CREATE INDEX idx_memory_namespace_key_version ON memory_entries (namespace, key, is_deleted, version DESC);

-- index idx_memory_namespace_prefix
CREATE INDEX idx_memory_namespace_prefix ON memory_entries ((namespace COLLATE NOCASE), updated_at DESC)
WHERE is_deleted = 0;

-- index idx_memory_type_updated
CREATE INDEX idx_memory_type_updated ON memory_entries (memory_type, updated_at DESC)
WHERE is_deleted = 0;

-- index idx_metrics_name_timestamp
CREATE INDEX idx_metrics_name_timestamp ON metrics (metric_name, timestamp DESC);

-- index idx_sessions_pk
CREATE UNIQUE INDEX idx_sessions_pk ON sessions (id);

-- index idx_sessions_project
CREATE INDEX idx_sessions_project ON sessions (project_id, created_at DESC)
WHERE project_id IS NOT NULL;

-- index idx_sessions_status_updated
CREATE INDEX idx_sessions_status_updated ON sessions (status, last_update_time DESC)
WHERE status = 'active' OR status = 'paused' OR status IN ('active', 'paused');

-- index idx_sessions_user_created
CREATE INDEX idx_sessions_user_created ON sessions (user_id, created_at DESC);

-- index idx_state_task_key
CREATE INDEX idx_state_task_key ON state (task_id, key, updated_at);

-- index idx_tasks_parent
CREATE INDEX idx_tasks_parent ON tasks (parent_task_id);

-- index idx_tasks_running_timeout
CREATE INDEX idx_tasks_running_timeout ON tasks (status, last_updated_at)
WHERE status = 'running';

-- index idx_tasks_session
CREATE INDEX idx_tasks_session ON tasks (session_id, submitted_at DESC)
WHERE session_id IS NOT NULL;

-- index idx_tasks_status_priority
CREATE INDEX idx_tasks_status_priority ON tasks (status, priority DESC, submitted_at ASC);

-- index idx_tasks_submitted_at
CREATE INDEX idx_tasks_submitted_at ON tasks (submitted_at);

-- view current_memory
CREATE VIEW current_memory AS
SELECT
    m.id,
    m.namespace,
    m.key,
    m.value,
    m.memory_type,
    m.version,
    m.metadata,
    m.created_by,
    m.updated_by,
    m.created_at,
    m.updated_at
FROM memory_entries AS m
WHERE
    m.is_deleted = 0
    AND NOT EXISTS (
        SELECT 1
        FROM memory_entries AS n
        WHERE n.namespace = m.namespace AND n.key = m.key AND n.is_deleted = 0 AND n.version > m.version
    );

-- trigger current_memory_delete
CREATE TRIGGER current_memory_delete
INSTEAD OF DELETE ON current_memory
FOR EACH ROW
BEGIN
    UPDATE memory_entries
    SET is_deleted = 1
    WHERE id = old.id;
END;

-- trigger current_memory_insert
CREATE TRIGGER current_memory_insert
INSTEAD OF INSERT ON current_memory
FOR EACH ROW
BEGIN
    INSERT INTO memory_entries (
        id, namespace, key, value, memory_type, version, metadata, created_by, updated_by, created_at, updated_at
    )
    VALUES (
        new.id,
        new.namespace,
        new.key,
        new.value,
        new.memory_type,
        coalesce(
            new.version,
            (
                SELECT max(m.version) + 1
                FROM memory_entries AS m
                WHERE m.namespace = new.namespace AND m.key = new.key
            ),
            1
        ),
        coalesce(new.metadata, '{}'),
        new.created_by,
        coalesce(new.updated_by, new.created_by),
        coalesce(new.created_at, CURRENT_TIMESTAMP),
        coalesce(new.updated_at, CURRENT_TIMESTAMP)
    );
END;

-- trigger current_memory_same_key
CREATE TRIGGER current_memory_same_key
INSTEAD OF UPDATE OF id, namespace, key, version ON current_memory
FOR EACH ROW
WHEN (old.id, old.namespace, old.key, old.version) IS NOT (new.id, new.namespace, new.key, new.version)
BEGIN
    SELECT RAISE(ABORT, 'current_memory: a value keeps its key; insert it under the other, then delete this one');
END;

-- trigger current_memory_update
CREATE TRIGGER current_memory_update
INSTEAD OF UPDATE ON current_memory
FOR EACH ROW
WHEN (old.id, old.namespace, old.key, old.version) IS (new.id, new.namespace, new.key, new.version)
BEGIN
    INSERT INTO memory_entries (
        namespace, key, value, memory_type, version, metadata, created_by, updated_by, created_at, updated_at
    )
    VALUES (
        new.namespace,
        new.key,
        new.value,
        new.memory_type,
        old.version + 1,
        new.metadata,
        new.created_by,
        new.updated_by,
        new.created_at,
        iif(new.updated_at IS old.updated_at, CURRENT_TIMESTAMP, new.updated_at)
    );
END;

-- trigger document_index_updated_at
CREATE TRIGGER document_index_updated_at
AFTER UPDATE OF
id, file_path, title, document_type, content_hash, chunk_count, embedding_model, embedding_blob, metadata,
last_synced_at, sync_status, created_at
ON document_index
FOR EACH ROW
WHEN new.updated_at IS old.updated_at
BEGIN
    UPDATE document_index
    SET updated_at = CURRENT_TIMESTAMP
    WHERE id = new.id;
END;

-- trigger memory_entries_mark
CREATE TRIGGER memory_entries_mark
AFTER UPDATE OF is_deleted ON memory_entries
FOR EACH ROW
WHEN new.is_deleted = 1
BEGIN
    UPDATE memory_entries
    SET is_deleted = 1, updated_by = iif(new.updated_by IS old.updated_by, updated_by, new.updated_by)
    WHERE namespace = new.namespace AND key = new.key AND is_deleted = 0 AND version < new.version;
END;

-- trigger memory_entries_next_version
CREATE TRIGGER memory_entries_next_version
BEFORE INSERT ON memory_entries
FOR EACH ROW
WHEN
    EXISTS (
        SELECT 1 FROM memory_entries AS m
        WHERE m.id = new.id
    )
    OR new.version IS NOT (
        SELECT coalesce(max(m.version), 0) + 1 FROM memory_entries AS m
        WHERE m.namespace = new.namespace AND m.key = new.key
    )
BEGIN
    SELECT RAISE(
        ABORT, 'memory_entries: a new row takes a new id and the next version of its key; current_memory numbers it'
    );
END;

-- trigger memory_entries_no_loss
CREATE TRIGGER memory_entries_no_loss
BEFORE DELETE ON memory_entries
FOR EACH ROW
WHEN old.is_deleted = 0
BEGIN
    SELECT RAISE(ABORT, 'memory_entries: set is_deleted = 1, or delete from current_memory; only marked rows go');
END;

-- trigger memory_entries_no_overwrite
CREATE TRIGGER memory_entries_no_overwrite
BEFORE UPDATE OF id, namespace, key, value, memory_type, version, created_by, created_at ON memory_entries
FOR EACH ROW
WHEN
    (old.id, old.namespace, old.key, old.value, old.memory_type, old.version, old.created_by, old.created_at)
    IS NOT (new.id, new.namespace, new.key, new.value, new.memory_type, new.version, new.created_by, new.created_at)
BEGIN
    SELECT RAISE(
        ABORT, 'memory_entries: a version stays as it was written; insert the next one, or update current_memory'
    );
END;

-- trigger memory_entries_no_return
CREATE TRIGGER memory_entries_no_return
BEFORE UPDATE OF is_deleted ON memory_entries
FOR EACH ROW
WHEN old.is_deleted = 1 AND new.is_deleted = 0
BEGIN
    SELECT RAISE(ABORT, 'memory_entries: what was deleted does not come back; insert the next version');
END;

-- trigger memory_entries_no_tombstone
CREATE TRIGGER memory_entries_no_tombstone
BEFORE INSERT ON memory_entries
FOR EACH ROW
WHEN
    new.is_deleted = 1
    AND EXISTS (
        SELECT 1 FROM memory_entries AS m
        WHERE m.namespace = new.namespace AND m.key = new.key AND m.is_deleted = 0
    )
BEGIN
    SELECT RAISE(ABORT, 'memory_entries: a deleted version comes after none that is not; mark that one instead');
END;

-- trigger memory_entries_updated_at
CREATE TRIGGER memory_entries_updated_at
AFTER UPDATE OF
id, namespace, key, value, memory_type, version, is_deleted, metadata, created_by, updated_by, created_at
ON memory_entries
FOR EACH ROW
WHEN new.updated_at IS old.updated_at
BEGIN
    UPDATE memory_entries
    SET updated_at = CURRENT_TIMESTAMP
    WHERE id = new.id;
END;

-- trigger metrics_metric_value_insert
CREATE TRIGGER metrics_metric_value_insert
BEFORE INSERT ON metrics
FOR EACH ROW
WHEN typeof(new.metric_value) NOT IN ('real', 'null') OR new.metric_value >= 9e999
BEGIN
    SELECT RAISE(ABORT, 'metrics: metric_value is not a finite number');
END;

-- trigger metrics_metric_value_update
CREATE TRIGGER metrics_metric_value_update
BEFORE UPDATE OF metric_value ON metrics
FOR EACH ROW
WHEN typeof(new.metric_value) NOT IN ('real', 'null') OR new.metric_value >= 9e999
BEGIN
    SELECT RAISE(ABORT, 'metrics: metric_value is not a finite number');
END;

-- trigger sessions_last_update_time
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

-- trigger state_updated_at
CREATE TRIGGER state_updated_at
AFTER UPDATE OF id, task_id, key, value, created_at ON state
FOR EACH ROW
WHEN new.updated_at IS old.updated_at
BEGIN
    UPDATE state
    SET updated_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')
    WHERE id = new.id;
END;

-- trigger tasks_last_updated_at
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
