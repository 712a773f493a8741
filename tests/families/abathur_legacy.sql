-- A database of abathur from before sessions and memories, as its application made it, blanks and all, with rows.
-- seed: 003 2. Database Initialization, Table Creation Sequence

            CREATE TABLE IF NOT EXISTS tasks (
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
                FOREIGN KEY (parent_task_id) REFERENCES tasks(id)
            );

            CREATE INDEX IF NOT EXISTS idx_tasks_status_priority
            ON tasks(status, priority DESC, submitted_at ASC);

            CREATE INDEX IF NOT EXISTS idx_tasks_submitted_at
            ON tasks(submitted_at);

            CREATE INDEX IF NOT EXISTS idx_tasks_parent
            ON tasks(parent_task_id);

            CREATE INDEX IF NOT EXISTS idx_tasks_running_timeout
            ON tasks(status, last_updated_at)
            WHERE status = 'running';

            CREATE TABLE IF NOT EXISTS agents (
                id TEXT PRIMARY KEY,
                name TEXT NOT NULL,
                specialization TEXT NOT NULL,
                task_id TEXT NOT NULL,
                state TEXT NOT NULL,
                model TEXT NOT NULL,
                spawned_at TIMESTAMP NOT NULL,
                terminated_at TIMESTAMP,
                resource_usage TEXT,
                FOREIGN KEY (task_id) REFERENCES tasks(id)
            );

            CREATE INDEX IF NOT EXISTS idx_agents_task
            ON agents(task_id);

            CREATE INDEX IF NOT EXISTS idx_agents_state
            ON agents(state);

            CREATE TABLE IF NOT EXISTS state (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                task_id TEXT NOT NULL,
                key TEXT NOT NULL,
                value TEXT NOT NULL,
                created_at TIMESTAMP NOT NULL,
                updated_at TIMESTAMP NOT NULL,
                UNIQUE(task_id, key),
                FOREIGN KEY (task_id) REFERENCES tasks(id)
            );

            CREATE INDEX IF NOT EXISTS idx_state_task_key
            ON state(task_id, key);

            CREATE TABLE IF NOT EXISTS audit (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                timestamp TIMESTAMP NOT NULL,
                agent_id TEXT,
                task_id TEXT NOT NULL,
                action_type TEXT NOT NULL,
                action_data TEXT,
                result TEXT,
                FOREIGN KEY (agent_id) REFERENCES agents(id),
                FOREIGN KEY (task_id) REFERENCES tasks(id)
            );

            CREATE INDEX IF NOT EXISTS idx_audit_task
            ON audit(task_id, timestamp DESC);

            CREATE INDEX IF NOT EXISTS idx_audit_agent
            ON audit(agent_id, timestamp DESC);

            CREATE INDEX IF NOT EXISTS idx_audit_timestamp
            ON audit(timestamp DESC);

            CREATE TABLE IF NOT EXISTS metrics (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                timestamp TIMESTAMP NOT NULL,
                metric_name TEXT NOT NULL,
                metric_value REAL NOT NULL,
                labels TEXT,
                CHECK(metric_value >= 0)
            );

            CREATE INDEX IF NOT EXISTS idx_metrics_name_timestamp
            ON metrics(metric_name, timestamp DESC);

            CREATE TABLE IF NOT EXISTS checkpoints (
                task_id TEXT NOT NULL,
                iteration INTEGER NOT NULL,
                state TEXT NOT NULL,
                created_at TIMESTAMP NOT NULL,
                PRIMARY KEY (task_id, iteration),
                FOREIGN KEY (task_id) REFERENCES tasks(id)
            );

            CREATE INDEX IF NOT EXISTS idx_checkpoints_task
            ON checkpoints(task_id, iteration DESC);

-- A chain of three tasks, one on its own, and what is odd but was always allowed: results and dependencies that are no
-- JSON, counts below zero, a number and bytes as text, NULL where there is a default, times of every spelling.
INSERT INTO tasks VALUES
('7c0e', 'Répare «le schéma» 🜁', 'general', 10, 'completed', '{}', 'not JSON at all', NULL, 0, 3, 3600,
    '2025-10-01T08:00:00.123456+00:00', '2025-10-01T08:00:01+00:00', '2025-10-01T09:00:00+00:00',
    '2025-10-01T09:00:00+00:00', 'cli', NULL, '[]'),
('7c0f', '', 'architect', 1, 'running', '{"nested": {"list": [1, 2.50, null]}}', NULL, NULL, -1, NULL, NULL,
    '2025-10-01 08:00:02', '2025-10-01 08:00:03', NULL, '2025-10-01 08:30:00', NULL, '7c0e', 'anything'),
('7c10', x'6279746573', 'general', 5, 'failed', '"text"', NULL, 'a ''quoted'' error', 3, 3, 60, 1759305600, NULL, NULL,
    1759305600.5, '', '7c0f', NULL),
('', 'a task whose id is empty', '', 7, 'cancelled', '0', NULL, NULL, 9007199254740993, 3, 0, 'yesterday', NULL, NULL,
    '2025-10-01', NULL, NULL, '["7c0e"]'),
('7c12', 'waits', 'general', 5, 'pending', '[]', NULL, NULL, 0, 3, 3600, '2025-10-02T08:00:00+00:00', NULL, NULL,
    '2025-10-02T08:00:00+00:00', 'cli', NULL, '[]');

INSERT INTO agents VALUES
('a1', 'first', 'design', '7c0e', 'terminated', 'claude-sonnet-4', '2025-10-01T08:00:00+00:00',
    '2025-10-01T09:00:00+00:00', '{"tokens": 12}'),
('a2', 'second', '', '7c0f', 'idle', 'claude-sonnet-4', '2025-10-01T08:00:02+00:00', NULL, NULL),
('a3', 'second', 'same name', '7c0f', 'waiting', '', '2025-10-01T08:00:02+00:00', NULL, 'not JSON'),
('a4', 'fourth', 'tests', '', 'working', 'x', '2025-10-01T08:00:02+00:00', NULL, '{}');

-- Ids with gaps, as after deletions, the highest of them gone.
INSERT INTO state VALUES
(3, '7c0e', 'step', '{"at": 1}', '2025-10-01T08:00:00+00:00', '2025-10-01T08:10:00+00:00'),
(4, '7c0e', 'Step', '2', '2025-10-01T08:00:00+00:00', '2025-10-01T08:10:00+00:00'),
(9, '', '', '', '', ''),
(40, '7c0f', 'gone', '1', '2025-10-01T08:00:00+00:00', '2025-10-01T08:10:00+00:00');
DELETE FROM state WHERE id = 40;

INSERT INTO audit VALUES
(1, '2025-10-01T08:00:00+00:00', NULL, '7c0e', 'task_submit', '{"by": "cli"}', 'ok'),
(2, '2025-10-01T08:00:01+00:00', 'a1', '7c0e', 'task_start', NULL, NULL),
(7, '2025-10-01T08:00:02+00:00', 'a2', '7c0f', '', 'not JSON', ''),
(8, '2025-10-01T08:00:02+00:00', 'a4', '', 'task_cancel', NULL, NULL);

INSERT INTO metrics VALUES
(1, '2025-10-01T08:00:00+00:00', 'queue_length', 4, '{"app": "abathur"}'),
(2, '2025-10-01T08:00:00+00:00', 'queue_length', 0, NULL),
(5, '2025-10-01T08:01:00+00:00', '', 0.1, ''),
(6, '2025-10-01T08:02:00+00:00', 'ratio', 'half', NULL);

INSERT INTO checkpoints VALUES
('7c0f', 1, '{}', '2025-10-01T08:10:00+00:00'),
('7c0f', 10, '{"history": [1, 2, 3]}', '2025-10-01T08:20:00+00:00'),
('7c0f', -1, '', '2025-10-01T08:00:00+00:00'),
('', 0, 'x', '2025-10-01T08:00:00+00:00');
