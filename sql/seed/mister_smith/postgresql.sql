-- Rows of two days: a small team of agents and the people who run it, for tests, drills and demonstrations.
-- seed: 004 Schema Architecture, Domain Organization

-- The password of everybody is unknown: no text has this hash.
INSERT INTO users (id, username, email, password_hash, is_active, last_login_at, created_at, updated_at)
VALUES
(
    '00000001-0000-4000-8000-000000000001', 'ada', 'ada@example.org',
    '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g', TRUE,
    '2026-01-15 08:00Z', '2026-01-01 09:00Z', '2026-01-01 09:00Z'
),
(
    '00000001-0000-4000-8000-000000000002', 'grace', 'grace@example.org',
    '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g', TRUE,
    '2026-01-14 17:30Z', '2026-01-01 09:05Z', '2026-01-01 09:05Z'
),
(
    '00000001-0000-4000-8000-000000000003', 'linus', NULL,
    '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g', FALSE, NULL,
    '2026-01-02 10:00Z', '2026-01-02 10:00Z'
);

INSERT INTO roles (id, name, description, permissions, is_system_role)
VALUES
('00000002-0000-4000-8000-000000000001', 'operator', 'Runs the agents', '{"agents": ["start", "stop"]}', TRUE),
('00000002-0000-4000-8000-000000000002', 'auditor', 'Reads the trail', '{"audit_log": ["read"]}', TRUE);

INSERT INTO user_roles (user_id, role_id, granted_by, granted_at)
VALUES
('00000001-0000-4000-8000-000000000001', '00000002-0000-4000-8000-000000000001', NULL, '2026-01-01 09:10Z'),
(
    '00000001-0000-4000-8000-000000000002', '00000002-0000-4000-8000-000000000002',
    '00000001-0000-4000-8000-000000000001', '2026-01-01 09:11Z'
);

INSERT INTO agents (
    id, name, agent_type, status, configuration, capabilities, created_by, created_at, claude_cli_config
)
VALUES
(
    '00000003-0000-4000-8000-000000000001', 'planner', 'architect', 'active',
    '{"type": "planning", "model": {"size": "large"}}', '{plan,review}', '00000001-0000-4000-8000-000000000001',
    '2026-01-02 08:00Z', '{"allowed_tools": ["read"]}'
),
(
    '00000003-0000-4000-8000-000000000002', 'builder', 'engineer', 'active', '{"type": "building"}', '{code,test}',
    '00000001-0000-4000-8000-000000000001', '2026-01-02 08:01Z', '{"allowed_tools": ["read", "write"]}'
),
(
    '00000003-0000-4000-8000-000000000003', 'watcher', 'operator', 'active', '{"type": "watching"}', '{monitor}',
    '00000001-0000-4000-8000-000000000002', '2026-01-02 08:02Z', '{}'
),
(
    '00000003-0000-4000-8000-000000000004', 'retired', 'analyst', 'inactive', '{}', '{}', NULL, '2026-01-02 08:03Z',
    '{}'
);

INSERT INTO agent_instances (id, agent_id, process_id, host_name, port, status, started_at, last_heartbeat)
VALUES
(
    '00000004-0000-4000-8000-000000000001', '00000003-0000-4000-8000-000000000001', '4711', 'node-1', 9001,
    'running', '2026-01-15 06:00Z', '2026-01-15 09:00Z'
),
(
    '00000004-0000-4000-8000-000000000002', '00000003-0000-4000-8000-000000000002', '4712', 'node-1', 9002,
    'running', '2026-01-15 06:00Z', '2026-01-15 08:59Z'
),
(
    '00000004-0000-4000-8000-000000000003', '00000003-0000-4000-8000-000000000002', '4713', 'node-2', 9002,
    'crashed', '2026-01-14 06:00Z', '2026-01-14 22:13Z'
),
(
    '00000004-0000-4000-8000-000000000004', '00000003-0000-4000-8000-000000000003', NULL, 'node-2', NULL, 'starting',
    '2026-01-15 09:00Z', NULL
);

INSERT INTO agent_capabilities (agent_id, capability_name, capability_version, enabled)
VALUES
('00000003-0000-4000-8000-000000000001', 'plan', '1.2.0', TRUE),
('00000003-0000-4000-8000-000000000001', 'review', '1.0.0', TRUE),
('00000003-0000-4000-8000-000000000002', 'code', '2.0.0', TRUE),
('00000003-0000-4000-8000-000000000002', 'test', '2.0.0', FALSE),
('00000003-0000-4000-8000-000000000003', 'monitor', '1.0.0', TRUE);

INSERT INTO agent_dependencies (agent_id, depends_on_agent_id, dependency_type)
VALUES
('00000003-0000-4000-8000-000000000002', '00000003-0000-4000-8000-000000000001', 'required'),
('00000003-0000-4000-8000-000000000001', '00000003-0000-4000-8000-000000000003', 'optional');

INSERT INTO agent_connections (
    agent_id, connection_id, host, port, database_name, connection_pool_size, max_connections
)
VALUES
('00000003-0000-4000-8000-000000000001', 'main', 'db1.internal', 6432, 'mister_smith', 5, 10),
('00000003-0000-4000-8000-000000000002', 'main', '[fd00::5]', 6432, 'mister_smith', 5, 20);

INSERT INTO agent_permissions (agent_id, resource_type, resource_id, permission, granted_by)
VALUES
('00000003-0000-4000-8000-000000000001', 'queue', NULL, 'read', '00000001-0000-4000-8000-000000000001'),
('00000003-0000-4000-8000-000000000002', 'repository', 'core', 'write', '00000001-0000-4000-8000-000000000001');

-- SHA-256 of keys and tokens that nobody has.
INSERT INTO api_keys (agent_id, user_id, key_hash, name, created_at, expires_at)
VALUES
(
    '00000003-0000-4000-8000-000000000002', NULL, 'f1cdacb80b5ef6fa6269595b3cea2840fb6762402091d47c946ab30a4314ecd4',
    'builder on node-1', '2026-01-02 08:10Z', '2036-01-02 08:10Z'
),
(
    NULL, '00000001-0000-4000-8000-000000000001', 'ea7b32c78ab21a3d0cd1e4e3a3d7363830297179241ffbb8a2ea9ff1a1290aee',
    'laptop', '2026-01-03 12:00Z', NULL
);

INSERT INTO user_sessions (user_id, session_token, ip_address, is_active, expires_at, created_at)
VALUES
(
    '00000001-0000-4000-8000-000000000001', '24590e21887d951222ab186482f7f60baa37d072d4ebebd6ab7d7dd8d31f782c',
    '192.0.2.10', TRUE, '2036-01-15 20:00Z', '2026-01-15 08:00Z'
),
(
    '00000001-0000-4000-8000-000000000002', 'c2138e77becb6d97954873d66ec87d2ea9be85834d75926747e0db3aa936710f',
    '2001:db8::7', FALSE, '2026-01-15 05:30Z', '2026-01-14 17:30Z'
);

INSERT INTO agent_sessions (agent_id, session_data, is_active, last_activity_at, created_at)
VALUES
('00000003-0000-4000-8000-000000000001', '{"plan": 7, "step": 3}', TRUE, '2026-01-15 09:00Z', '2026-01-15 06:00Z'),
('00000003-0000-4000-8000-000000000001', '{"plan": 6}', FALSE, '2026-01-14 18:00Z', '2026-01-14 06:00Z');

INSERT INTO configurations (id, key, value, environment, agent_id, is_secret, description, created_by)
VALUES
(
    '00000005-0000-4000-8000-000000000001', 'retry', '{"limit": 3, "backoff": {"base_ms": 200}}', 'production', NULL,
    FALSE, 'How often a message is tried', '00000001-0000-4000-8000-000000000001'
),
(
    '00000005-0000-4000-8000-000000000002', 'retry', '{"limit": 5}', 'production',
    '00000003-0000-4000-8000-000000000002', FALSE, NULL, '00000001-0000-4000-8000-000000000001'
),
('00000005-0000-4000-8000-000000000003', 'retry', '{"limit": 1}', 'testing', NULL, FALSE, NULL, NULL),
(
    '00000005-0000-4000-8000-000000000004', 'webhook', '{"url": "https://hooks.example.org/x"}', 'production', NULL,
    TRUE, 'Where alerts go', '00000001-0000-4000-8000-000000000002'
);

INSERT INTO feature_flags (name, description, is_enabled, rollout_percentage, created_by)
VALUES
('parallel_builds', 'Two builders at once', TRUE, 50, '00000001-0000-4000-8000-000000000001'),
('dark_mode', NULL, FALSE, 0, '00000001-0000-4000-8000-000000000002');

INSERT INTO transport_channels (name, channel_type, configuration)
VALUES
('agents', 'agent_to_agent', '{"subject": "agents.>"}'),
('alerts', 'monitoring', '{"subject": "alerts"}');

INSERT INTO message_queues (name, queue_type, max_size, current_size)
VALUES
('work', 'priority', 1000, 4),
('later', 'delayed', NULL, 0);

INSERT INTO messages (
    id, from_agent_id, to_agent_id, message_type, subject, content, priority, status, retry_count,
    correlation_id, parent_message_id, parent_created_at, created_at, sent_at, delivered_at, processed_at
)
VALUES
(
    '00000006-0000-4000-8000-000000000001', '00000003-0000-4000-8000-000000000001',
    '00000003-0000-4000-8000-000000000002', 'task', 'Build the parser', '{"task": "parser", "priority": 8}', 2,
    'processed', 0, '00000007-0000-4000-8000-000000000001', NULL, NULL, '2026-01-15 08:00Z', '2026-01-15 08:00:01Z',
    '2026-01-15 08:00:02Z', '2026-01-15 08:20Z'
),
(
    '00000006-0000-4000-8000-000000000002', '00000003-0000-4000-8000-000000000002',
    '00000003-0000-4000-8000-000000000001', 'result', 'Parser built', '{"ok": true}', 5, 'pending', 0,
    '00000007-0000-4000-8000-000000000001', '00000006-0000-4000-8000-000000000001', '2026-01-15 08:00Z',
    '2026-01-15 08:20Z', NULL, NULL, NULL
),
(
    '00000006-0000-4000-8000-000000000003', '00000003-0000-4000-8000-000000000001',
    '00000003-0000-4000-8000-000000000002', 'task', 'Test the parser', '{"task": "tests", "priority": 3}', 5,
    'pending', 0, '00000007-0000-4000-8000-000000000002', NULL, NULL, '2026-01-15 08:21Z', NULL, NULL, NULL
),
(
    '00000006-0000-4000-8000-000000000004', '00000003-0000-4000-8000-000000000003',
    '00000003-0000-4000-8000-000000000002', 'alert', 'Disk is filling', '{"disk": "/var", "percent": 91}', 1,
    'pending', 0, NULL, NULL, NULL, '2026-01-15 08:45Z', NULL, NULL, NULL
),
(
    '00000006-0000-4000-8000-000000000005', '00000003-0000-4000-8000-000000000001', NULL, 'note', NULL,
    '{"text": "to whom it may concern"}', 9, 'sent', 0, NULL, NULL, NULL, '2026-01-15 08:50Z', '2026-01-15 08:50Z',
    NULL, NULL
),
(
    '00000006-0000-4000-8000-000000000006', '00000003-0000-4000-8000-000000000001',
    '00000003-0000-4000-8000-000000000004', 'task', 'Nobody is there', '{}', 5, 'failed', 3, NULL, NULL, NULL,
    '2025-12-30 23:59:59Z', '2025-12-30 23:59:59Z', '2025-12-31 00:00Z', NULL
);

INSERT INTO audit_log (event_type, agent_id, user_id, resource_type, action, metadata, ip_address, created_at)
VALUES
(
    'sign_in', NULL, '00000001-0000-4000-8000-000000000001', 'session', 'create', '{"method": "password"}',
    '192.0.2.10', '2026-01-15 08:00Z'
),
(
    'configuration', NULL, '00000001-0000-4000-8000-000000000001', 'configuration', 'update', '{"ticket": "OPS-17"}',
    '192.0.2.10', '2026-01-15 08:05Z'
),
(
    'task', '00000003-0000-4000-8000-000000000002', NULL, 'message', 'process', '{"task": "parser"}', NULL,
    '2026-01-15 08:20Z'
),
('task', '00000003-0000-4000-8000-000000000004', NULL, 'message', 'fail', '{}', NULL, '2025-12-31 00:00Z');

INSERT INTO metrics (agent_id, metric_name, metric_value, metric_type, tags, unit, recorded_at)
VALUES
('00000003-0000-4000-8000-000000000001', 'queue_length', 4, 'gauge', '{"queue": "work"}', NULL, '2026-01-15 08:00Z'),
('00000003-0000-4000-8000-000000000001', 'queue_length', 6, 'gauge', '{"queue": "work"}', NULL, '2026-01-15 08:30Z'),
(
    '00000003-0000-4000-8000-000000000002', 'build_seconds', 1183.25, 'timer', '{"target": "parser"}', 's',
    '2026-01-15 08:20Z'
),
('00000003-0000-4000-8000-000000000003', 'disk_percent', 91, 'gauge', '{"disk": "/var"}', '%', '2026-01-15 08:45Z');

INSERT INTO errors (
    agent_id, error_type, error_code, message, severity, is_resolved, resolved_at, resolved_by, created_at
)
VALUES
(
    '00000003-0000-4000-8000-000000000002', 'OutOfMemory', 'E137', 'killed at 2 GB', 'critical', TRUE,
    '2026-01-15 07:00Z', '00000001-0000-4000-8000-000000000001', '2026-01-14 22:13Z'
),
(
    '00000003-0000-4000-8000-000000000003', 'Timeout', NULL, 'no answer in 30 s', 'low', FALSE, NULL, NULL,
    '2026-01-15 08:55Z'
);

INSERT INTO health_checks (agent_id, check_name, status, response_time_ms, details, checked_at)
VALUES
('00000003-0000-4000-8000-000000000001', 'ping', 'healthy', 3, '{}', '2026-01-15 09:00Z'),
('00000003-0000-4000-8000-000000000002', 'ping', 'degraded', 950, '{"load": 7.5}', '2026-01-15 09:00Z'),
('00000003-0000-4000-8000-000000000003', 'ping', 'unknown', NULL, '{}', '2026-01-15 09:00Z');
