-- Core tables: the task queue, its agents, their state, trail, metrics and checkpoints, as abathur had them first.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- differs: the seed extends these tables where they exist already; here they are the first step, in the older form that
--   the application wrote before sessions and memories, so that a fresh database and an old one take the same way
-- adopts: tasks, idx_tasks_status_priority, idx_tasks_submitted_at, idx_tasks_parent, idx_tasks_running_timeout,
--   agents, idx_agents_task, idx_agents_state, state, idx_state_task_key, audit, idx_audit_task, idx_audit_agent,
--   idx_audit_timestamp, metrics, idx_metrics_name_timestamp, checkpoints, idx_checkpoints_task

-- Nothing here is better than the original: the steps above this one correct it, on a database of either kind.
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
    dependencies TEXT,
    FOREIGN KEY (parent_task_id) REFERENCES tasks (id)
);

-- The next task: of those that wait, the most urgent, and of those the one that waits longest.
CREATE INDEX idx_tasks_status_priority ON tasks (status, priority DESC, submitted_at ASC);

-- What was submitted in a period.
CREATE INDEX idx_tasks_submitted_at ON tasks (submitted_at);

-- The parts of a task; also spares a scan when a task is deleted.
CREATE INDEX idx_tasks_parent ON tasks (parent_task_id);

-- What runs, the one that has been silent for longest first.
CREATE INDEX idx_tasks_running_timeout ON tasks (status, last_updated_at)
WHERE status = 'running';

CREATE TABLE agents (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    specialization TEXT NOT NULL,
    task_id TEXT NOT NULL,
    state TEXT NOT NULL,
    model TEXT NOT NULL,
    spawned_at TIMESTAMP NOT NULL,
    terminated_at TIMESTAMP,
    resource_usage TEXT,
    FOREIGN KEY (task_id) REFERENCES tasks (id)
);

-- Who works on a task; also spares a scan when a task is deleted.
CREATE INDEX idx_agents_task ON agents (task_id);

-- Which agents are idle, say.
CREATE INDEX idx_agents_state ON agents (state);

-- noqa: disable=RF04
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
-- noqa: enable=RF04

-- This index and that of the checkpoints double one that SQLite makes for itself, so later steps replace them. They are
-- spelled to the last blank as the application spells them: going back then restores an old database byte for byte.
-- noqa: disable=LT01,LT02
CREATE INDEX idx_state_task_key
            ON state(task_id, key);
-- noqa: enable=LT01,LT02

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    timestamp TIMESTAMP NOT NULL,
    agent_id TEXT,
    task_id TEXT NOT NULL,
    action_type TEXT NOT NULL,
    action_data TEXT,
    result TEXT,
    FOREIGN KEY (agent_id) REFERENCES agents (id),
    FOREIGN KEY (task_id) REFERENCES tasks (id)
);

-- The trail of one task, latest first; also spares a scan when a task is deleted.
CREATE INDEX idx_audit_task ON audit (task_id, timestamp DESC);

-- The trail of one agent, latest first; also spares a scan when an agent is deleted.
CREATE INDEX idx_audit_agent ON audit (agent_id, timestamp DESC);

-- The trail of everyone, latest first.
CREATE INDEX idx_audit_timestamp ON audit (timestamp DESC);

CREATE TABLE metrics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    timestamp TIMESTAMP NOT NULL,
    metric_name TEXT NOT NULL,
    metric_value REAL NOT NULL,
    labels TEXT,
    CHECK (metric_value >= 0)
);

-- The course of one metric, latest first.
CREATE INDEX idx_metrics_name_timestamp ON metrics (metric_name, timestamp DESC);

CREATE TABLE checkpoints (
    task_id TEXT NOT NULL,
    iteration INTEGER NOT NULL,
    state TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (task_id, iteration),
    FOREIGN KEY (task_id) REFERENCES tasks (id)
);

-- noqa: disable=LT01,LT02
CREATE INDEX idx_checkpoints_task
            ON checkpoints(task_id, iteration DESC);
-- noqa: enable=LT01,LT02
