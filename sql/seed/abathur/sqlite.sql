-- Rows of three days: a small, fixed swarm that builds its own memory, for tests, drills and demonstrations.
-- seed: 003 2. Database Initialization, Table Creation Sequence; 3. Memory Tables Deployment, namespace hierarchy

-- One session of each status; the first has no project.
INSERT INTO sessions (
    id, app_name, user_id, project_id, status, events, state, created_at, last_update_time, terminated_at, archived_at
)
VALUES
(
    'session-1', 'abathur', 'alice', NULL, 'archived',
    '[{"event_id": "e1", "event_type": "message", "actor": "user", "content": "What is left to do?"}]', '{}',
    '2026-02-02 08:00:00', '2026-02-02 18:00:00', '2026-02-02 09:00:00', '2026-02-02 18:00:00'
),
(
    'session-2', 'abathur', 'alice', 'schema-redesign', 'terminated',
    '[{"event_id": "e2", "event_type": "message", "actor": "user", "content": "Design the memory."}]',
    '{"session:session-2:draft": 3}', '2026-02-03 09:00:00', '2026-02-03 12:00:00', '2026-02-03 12:00:00', NULL
),
(
    'session-3', 'abathur', 'alice', 'schema-redesign', 'active',
    '[{"event_id": "e3", "event_type": "action", "actor": "agent-1", "content": {"read": "design.md"}}]',
    '{"temp:validated": false}', '2026-02-04 09:00:00', '2026-02-04 10:30:00', NULL, NULL
),
(
    'session-4', 'abathur', 'bob', 'schema-redesign', 'paused', '[]', '{}', '2026-02-04 09:30:00',
    '2026-02-04 09:45:00', NULL, NULL
),
(
    'session-5', 'abathur', 'bob', NULL, 'created', '[]', '{}', '2026-02-04 10:00:00', '2026-02-04 10:00:00', NULL,
    NULL
);

-- Every status and both ends of the priorities. Four tasks are parts of others; task-9 has been silent for too long.
INSERT INTO tasks (
    id, prompt, agent_type, priority, status, input_data, result_data, error_message, retry_count,
    max_execution_timeout_seconds, submitted_at, started_at, completed_at, last_updated_at, created_by, parent_task_id,
    dependencies, session_id
)
VALUES
(
    'task-1', 'Design the memory of the swarm', 'architect', 8, 'completed', '{"chapter": 8}', '{"tables": 9}', NULL, 0,
    3600, '2026-02-03T09:00:00.000000+00:00', '2026-02-03T09:00:05.120000+00:00', '2026-02-03T11:00:00.000000+00:00',
    '2026-02-03T11:00:00.000000+00:00', 'alice', NULL, '[]', 'session-2'
),
(
    'task-2', 'List the queries', 'general', 5, 'completed', '{}', '{"queries": 33}', NULL, 1, 3600,
    '2026-02-03T09:10:00.000000+00:00', '2026-02-03T09:10:01.000000+00:00', '2026-02-03T09:40:00.000000+00:00',
    '2026-02-03T09:40:00.000000+00:00', 'agent-1', 'task-1', '[]', 'session-2'
),
(
    'task-3', 'Choose the indexes', 'general', 5, 'failed', '{}', NULL, 'two indexes are the same', 3, 3600,
    '2026-02-03T09:10:00.500000+00:00', '2026-02-03T09:41:00.000000+00:00', '2026-02-03T10:00:00.000000+00:00',
    '2026-02-03T10:00:00.000000+00:00', 'agent-1', 'task-1', '["task-2"]', 'session-2'
),
(
    'task-4', 'Choose the indexes again', 'general', 6, 'completed', '{}', '{"indexes": 33}', NULL, 0, 3600,
    '2026-02-03T10:05:00.000000+00:00', '2026-02-03T10:05:02.000000+00:00', '2026-02-03T10:50:00.000000+00:00',
    '2026-02-03T10:50:00.000000+00:00', 'agent-1', 'task-3', '["task-3"]', 'session-2'
),
(
    'task-5', 'Write the steps', 'implementer', 8, 'running', '{"engine": "sqlite"}', NULL, NULL, 0, 3600,
    '2026-02-04T09:00:00.000000+00:00', '2026-02-04T09:00:10.000000+00:00', NULL, '2026-02-04T10:30:00.000000+00:00',
    'alice', NULL, '["task-1"]', 'session-3'
),
(
    'task-6', 'Test the steps', 'tester', 8, 'pending', '{"engine": "sqlite"}', NULL, NULL, 0, 3600,
    '2026-02-04T09:05:00.000000+00:00', NULL, NULL, '2026-02-04T09:05:00.000000+00:00', 'agent-2', 'task-5',
    '["task-5"]', 'session-3'
),
(
    'task-7', 'Answer the user', 'general', 10, 'pending', '{}', NULL, NULL, 0, 60, '2026-02-04T10:20:00.000000+00:00',
    NULL, NULL, '2026-02-04T10:20:00.000000+00:00', 'bob', NULL, '[]', NULL
),
(
    'task-8', 'Tidy up', 'general', 1, 'cancelled', '{}', NULL, NULL, 0, 3600, '2026-02-04T09:30:00.000000+00:00', NULL,
    '2026-02-04T09:31:00.000000+00:00', '2026-02-04T09:31:00.000000+00:00', 'bob', NULL, '[]', 'session-4'
),
(
    'task-9', 'Embed the documents', 'general', 3, 'running', '{"model": "nomic-embed-text-v1.5"}', NULL, NULL, 0, 600,
    '2026-02-04T09:20:00.000000+00:00', '2026-02-04T09:21:00.000000+00:00', NULL, '2026-02-04T09:22:00.000000+00:00',
    'bob', NULL, '[]', NULL
);

-- One agent of each state.
INSERT INTO agents (
    id, name, specialization, task_id, state, model, spawned_at, terminated_at, resource_usage, session_id
)
VALUES
(
    'agent-1', 'architect', 'design', 'task-1', 'terminated', 'thinking', '2026-02-03T09:00:03.000000+00:00',
    '2026-02-03T11:00:01.000000+00:00', '{"tokens": 48211}', 'session-2'
),
(
    'agent-2', 'implementer', 'sql', 'task-5', 'working', 'thinking', '2026-02-04T09:00:08.000000+00:00', NULL,
    '{"tokens": 9120}', 'session-3'
),
(
    'agent-3', 'tester', 'tests', 'task-5', 'waiting', 'fast', '2026-02-04T09:00:09.000000+00:00', NULL, '{}',
    'session-3'
),
(
    'agent-4', 'librarian', 'documents', 'task-9', 'idle', 'fast', '2026-02-04T09:20:30.000000+00:00', NULL, NULL, NULL
);

-- All five roots and all three types. A preference was corrected twice; a draft was deleted with all its versions, and
-- then written anew; two agents spell one key in two ways.
INSERT INTO memory_entries (
    namespace, key, value, memory_type, version, is_deleted, metadata, created_by, updated_by, created_at, updated_at
)
VALUES
(
    'user:alice:preferences', 'style', '{"tone": "formal"}', 'semantic', 1, 0, '{}', 'session-1', 'session-1',
    '2026-02-02 08:05:00', '2026-02-02 08:05:00'
),
(
    'user:alice:preferences', 'style', '{"tone": "brief"}', 'semantic', 2, 0, '{}', 'session-1', 'session-2',
    '2026-02-02 08:05:00', '2026-02-03 09:01:00'
),
(
    'user:alice:preferences', 'style', '{"tone": "brief", "units": "metric"}', 'semantic', 3, 0,
    '{"importance_score": 0.9}', 'session-1', 'session-3', '2026-02-02 08:05:00', '2026-02-04 09:01:00'
),
(
    'project:schema-redesign:status', 'milestone', '{"number": 1}', 'semantic', 1, 0, '{}', 'agent-1', 'agent-1',
    '2026-02-03 11:00:00', '2026-02-03 11:00:00'
),
(
    'project:schema-redesign:decisions', 'collation', '{"index": "nocase"}', 'procedural', 1, 0, '{}', 'agent-2',
    'agent-2', '2026-02-04 09:40:00', '2026-02-04 09:40:00'
),
(
    'project:Schema-Redesign:status', 'Milestone', '{"number": 2}', 'semantic', 1, 0, '{}', 'agent-3', 'agent-3',
    '2026-02-04 10:00:00', '2026-02-04 10:00:00'
),
(
    'app:abathur:agent_instructions', 'tester', '{"rule": "break it in a copy first"}', 'procedural', 1, 0, NULL,
    'alice', 'alice', '2026-02-02 08:10:00', '2026-02-02 08:10:00'
),
(
    'session:session-2:draft', 'outline', '["tables"]', 'episodic', 1, 1, '{}', 'agent-1', 'agent-1',
    '2026-02-03 09:30:00', '2026-02-03 11:05:00'
),
(
    'session:session-2:draft', 'outline', '["tables", "indexes"]', 'episodic', 2, 1, '{}', 'agent-1', 'agent-1',
    '2026-02-03 09:30:00', '2026-02-03 11:05:00'
),
(
    'session:session-2:draft', 'outline', '["steps"]', 'episodic', 3, 0, '{}', 'agent-2', 'agent-2',
    '2026-02-04 09:10:00', '2026-02-04 09:10:00'
),
(
    'session:session-1:log', 'question', '"What is left to do?"', 'episodic', 1, 0, '{}', 'session-1', 'session-1',
    '2026-02-02 08:00:01', '2026-02-02 08:00:01'
),
(
    'temp:scratch', 'lock', 'true', 'episodic', 1, 1, '{}', 'agent-3', 'agent-3', '2026-02-04 09:50:00',
    '2026-02-04 09:51:00'
);

-- Every type, every status; the first two hold the same; embeddings of four numbers.
INSERT INTO document_index (
    file_path, title, document_type, content_hash, chunk_count, embedding_model, embedding_blob, metadata,
    last_synced_at, sync_status, created_at, updated_at
)
VALUES
(
    'design_docs/memory.md', 'Memory', 'design', 'a3f5e8b2', 3, 'nomic-embed-text-v1.5',
    x'0000803f000000000000000000000000', '{"tags": ["memory"]}', '2026-02-03 10:00:00', 'synced',
    '2026-02-03 09:20:00', '2026-02-03 10:00:00'
),
(
    'design_docs/archive/memory.md', 'Memory', 'design', 'a3f5e8b2', 3, NULL, NULL, '{}', NULL, 'pending',
    '2026-02-04 09:20:00', '2026-02-04 09:20:00'
),
(
    'design_docs/indexes.md', 'Indexes', 'specification', '77c01d4e', 5, 'nomic-embed-text-v1.5',
    x'000000000000803f0000000000000000', '{}', '2026-02-03 10:00:05', 'stale', '2026-02-03 09:20:00',
    '2026-02-04 08:00:00'
),
(
    'plans/milestone-1.md', 'Milestone 1', 'plan', '0b9de1f7', 1, NULL, NULL, '{}', NULL, 'failed',
    '2026-02-03 09:20:00', '2026-02-03 10:00:07'
),
(
    'reports/2026-02-03.md', 'Tuesday', 'report', '5d22c3aa', 1, 'nomic-embed-text-v1.5',
    x'3333333f3333333f0000000000000000', NULL, '2026-02-03 18:00:00', 'synced', '2026-02-03 17:59:00',
    '2026-02-03 18:00:00'
),
(
    'notes/untyped.md', 'Notes', NULL, 'e91b6c05', 1, NULL, NULL, '{}', NULL, 'pending', '2026-02-04 09:00:00',
    '2026-02-04 09:00:00'
);

INSERT INTO state (task_id, key, value, created_at, updated_at)
VALUES
(
    'task-5', 'step', '{"at": 6}', '2026-02-04T09:01:00.000000+00:00', '2026-02-04T10:30:00.000000+00:00'
),
(
    'task-5', 'branch', '"schema"', '2026-02-04T09:01:00.000000+00:00', '2026-02-04T09:01:00.000000+00:00'
),
(
    'task-9', 'done', '118', '2026-02-04T09:21:30.000000+00:00', '2026-02-04T09:22:00.000000+00:00'
);

-- Every operation on memory, and two entries that have nothing to do with it.
INSERT INTO audit (
    timestamp, agent_id, task_id, action_type, action_data, result, memory_operation_type, memory_namespace,
    memory_entry_id
)
VALUES
(
    '2026-02-03T09:00:05.120000+00:00', 'agent-1', 'task-1', 'task_start', NULL, 'ok', NULL, NULL, NULL
),
(
    '2026-02-03T09:30:00.000000+00:00', 'agent-1', 'task-1', 'memory_create', '{"key": "outline"}', 'ok', 'create',
    'session:session-2:draft', 8
),
(
    '2026-02-03T11:00:00.000000+00:00', 'agent-1', 'task-1', 'memory_publish', '{"key": "milestone"}', 'ok', 'publish',
    'project:schema-redesign:status', 4
),
(
    '2026-02-03T11:05:00.000000+00:00', 'agent-1', 'task-1', 'memory_delete', '{"key": "outline"}', 'ok', 'delete',
    'session:session-2:draft', 9
),
(
    '2026-02-04T09:01:00.000000+00:00', 'agent-2', 'task-5', 'memory_update', '{"key": "style"}', 'ok', 'update',
    'user:alice:preferences', 3
),
(
    '2026-02-04T09:40:00.000000+00:00', 'agent-2', 'task-5', 'memory_consolidate', '{"key": "collation"}', 'ok',
    'consolidate', 'project:schema-redesign:decisions', 5
),
(
    '2026-02-04T09:31:00.000000+00:00', NULL, 'task-8', 'task_cancel', NULL, 'ok', NULL, NULL, NULL
);

INSERT INTO metrics (timestamp, metric_name, metric_value, labels)
VALUES
('2026-02-04T09:00:00.000000+00:00', 'queue_length', 4, '{"app": "abathur"}'),
('2026-02-04T10:00:00.000000+00:00', 'queue_length', 2, '{"app": "abathur"}'),
('2026-02-04T10:00:00.000000+00:00', 'tokens_per_second', 41.75, NULL);

INSERT INTO checkpoints (task_id, iteration, state, created_at, session_id)
VALUES
('task-5', 1, '{"step": 2}', '2026-02-04T09:30:00.000000+00:00', 'session-3'),
('task-5', 2, '{"step": 4}', '2026-02-04T10:00:00.000000+00:00', 'session-3'),
('task-5', 3, '{"step": 6}', '2026-02-04T10:30:00.000000+00:00', 'session-3'),
('task-9', 1, '{"done": 118}', '2026-02-04T09:22:00.000000+00:00', NULL);
