"""Many rows for mister_smith: a little of everything, so that reading a whole table costs more than an index."""

from __future__ import annotations

_FILL = """
CREATE FUNCTION pg_temp.key(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN format('00000000-0000-4000-%s-%s', kind, lpad(n::text, 12, '0'))::uuid;
INSERT INTO users (id, username, email, password_hash, last_login_at)
SELECT
    pg_temp.key('9000', n), 'user ' || n, 'user' || n || '@example.org',
    '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g',
    now() - make_interval(hours => n)
FROM generate_series(1, 3000) AS n;
INSERT INTO roles (id, name) SELECT pg_temp.key('a000', n), 'role ' || n FROM generate_series(1, 40) AS n;
INSERT INTO user_roles (user_id, role_id)
SELECT pg_temp.key('9000', n), pg_temp.key('a000', 1 + n % 40) FROM generate_series(1, 3000) AS n;
INSERT INTO user_sessions (user_id, session_token, is_active, expires_at)
SELECT
    pg_temp.key('9000', 1 + n % 3000), encode(sha256(('token ' || n)::bytea), 'hex'), n % 9 = 0,
    now() + interval '1 day'
FROM generate_series(1, 6000) AS n;
INSERT INTO agents (id, name, agent_type, status, configuration, capabilities, claude_cli_config)
SELECT
    pg_temp.key('8000', n), 'agent ' || n,
    (ARRAY['analyst', 'architect', 'engineer', 'operator', 'coordinator', 'specialist'])[1 + n % 6],
    (ARRAY['active', 'inactive', 'error', 'suspended', 'maintenance'])[CASE WHEN n % 97 < 3 THEN 1 ELSE 2 + n % 4 END],
    jsonb_build_object('n', n, 'type', 'type ' || n), ARRAY['cap' || n], jsonb_build_object('n', n)
FROM generate_series(1, 3000) AS n;
INSERT INTO agent_instances (agent_id, host_name, status, last_heartbeat, started_at)
SELECT
    pg_temp.key('8000', 1 + n % 3000), 'host ' || n % 500,
    CASE WHEN n % 100 = 0 THEN 'crashed' WHEN n % 3 = 0 THEN 'running' ELSE 'stopped' END,
    now() - make_interval(secs => n % 3000 / 49), now() - interval '9 days'
FROM generate_series(1, 20000) AS n;
INSERT INTO agent_capabilities (agent_id, capability_name, enabled)
SELECT pg_temp.key('8000', 1 + n % 3000), 'cap' || n % 400, n % 10 > 0 FROM generate_series(1, 6000) AS n
ON CONFLICT DO NOTHING;
INSERT INTO api_keys (agent_id, key_hash, name)
SELECT pg_temp.key('8000', 1 + n % 3000), encode(sha256(('key ' || n)::bytea), 'hex'), 'key'
FROM generate_series(1, 6000) AS n;
INSERT INTO agent_sessions (agent_id, is_active)
SELECT pg_temp.key('8000', 1 + n % 3000), n <= 3000 FROM generate_series(1, 6000) AS n;
ALTER TABLE configurations DISABLE TRIGGER configurations_history;
INSERT INTO configurations (key, value, agent_id)
SELECT 'key ' || n / 6, jsonb_build_object('n', n, 'field ' || n, 1), pg_temp.key('8000', 1 + n % 3000)
FROM generate_series(1, 6000) AS n;
ALTER TABLE configurations ENABLE TRIGGER configurations_history;
INSERT INTO configuration_history (configuration_id, new_value, configuration_key, environment)
SELECT pg_temp.key('8000', n % 1000), '1', 'k', 'production' FROM generate_series(1, 6000) AS n;
INSERT INTO feature_flags (name, is_enabled) SELECT 'flag ' || n, n % 50 = 0 FROM generate_series(1, 3000) AS n;
SELECT create_monthly_partitions('messages', 0, now() - interval '1 month'), create_monthly_partitions('messages', 1);
SELECT create_monthly_partitions('audit_log', 1), create_monthly_partitions('metrics', 1);
ALTER TABLE messages DISABLE TRIGGER ALL;
INSERT INTO messages (
    from_agent_id, to_agent_id, message_type, content, priority, status, retry_count, correlation_id, parent_message_id,
    parent_created_at, created_at, delivered_at, expires_at
)
SELECT
    pg_temp.key('8000', 301 + n % 300), pg_temp.key('8000', CASE WHEN n % 8 = 0 THEN 7 ELSE 1 + n % 300 END),
    'type ' || n % 600,
    CASE WHEN n % 50 = 0 THEN jsonb_build_object('priority', n / 50 % 100) ELSE '{"task": "t"}' END, 1 + n % 10,
    CASE WHEN n % 4 = 0 THEN 'pending' WHEN n % 1000 = 1 THEN 'failed' ELSE 'processed' END,
    n % 5, CASE WHEN n % 3 = 0 THEN pg_temp.key('b000', n / 30) END,
    CASE WHEN n % 9 = 0 THEN pg_temp.key('8000', n / 9) END,
    CASE WHEN n % 9 = 0 THEN now() END, now() - make_interval(secs => n * 120000.0 / @messages@), NULL,
    CASE WHEN n % 20 = 0 THEN now() + make_interval(secs => n - 200) END
FROM generate_series(1, @messages@) AS n;
ALTER TABLE messages ENABLE TRIGGER ALL;
INSERT INTO audit_log (event_type, agent_id, user_id, action, metadata, created_at)
SELECT
    'event ' || n % 300, pg_temp.key('8000', 1 + n % 300), pg_temp.key('9000', 1 + n % 300), 'a',
    jsonb_build_object('n', n), now() - make_interval(secs => n)
FROM generate_series(1, 20000) AS n;
INSERT INTO metrics (agent_id, metric_name, metric_value, metric_type, tags, recorded_at)
SELECT
    pg_temp.key('8000', 1 + n % 300), 'metric ' || n % 300, n, (ARRAY['gauge', 'counter', 'timer'])[1 + n % 3],
    jsonb_build_object('n', n), now() - make_interval(secs => n * 3)
FROM generate_series(1, 20000) AS n;
INSERT INTO errors (agent_id, error_type, message, severity)
SELECT pg_temp.key('8000', 1 + n % 3000), 'e', 'm', (ARRAY['low', 'medium', 'high'])[1 + n % 3]
FROM generate_series(1, 6000) AS n;
INSERT INTO health_checks (agent_id, check_name, status, checked_at)
SELECT pg_temp.key('8000', 1 + n % 300), 'c', 'healthy', now() - make_interval(secs => n)
FROM generate_series(1, 6000) AS n;
ANALYZE;
"""


def fill(messages: int) -> str:
    """SQL that fills the family's tables, with so many messages of the last 33 hours, a quarter of them pending.

    Agent 7 has half of the inbox of all: the other half is spread over 300 agents.
    """
    return _FILL.replace("@messages@", str(messages))
