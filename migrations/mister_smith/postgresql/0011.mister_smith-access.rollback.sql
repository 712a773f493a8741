-- Access undone: without grants only the owner is left, and without policies it sees every row.
-- seed: 004 Security Considerations, Row-Level Security

REVOKE SELECT ON configuration_history, partition_policies FROM mister_smith_admin;

REVOKE SELECT, INSERT ON audit_log FROM mister_smith_admin;

REVOKE SELECT, INSERT, UPDATE, DELETE ON
users, roles, user_roles, user_sessions, agents, agent_instances, agent_capabilities, agent_dependencies,
agent_connections, agent_permissions, api_keys, agent_sessions, configurations, feature_flags, transport_channels,
message_queues, messages, metrics, errors, health_checks
FROM mister_smith_admin;

REVOKE EXECUTE ON FUNCTION get_agent_connection(uuid), save_agent_state(uuid, jsonb), load_agent_state(uuid)
FROM agent_user, mister_smith_admin;

REVOKE INSERT (agent_id, check_name, status, response_time_ms, details) ON health_checks FROM agent_user;

REVOKE INSERT (agent_id, error_type, error_code, message, stack_trace, context, severity) ON errors FROM agent_user;

REVOKE INSERT (agent_id, metric_name, metric_value, metric_type, tags, unit) ON metrics FROM agent_user;

REVOKE UPDATE (last_used_at) ON agent_connections FROM agent_user;

REVOKE INSERT, UPDATE, DELETE ON agent_instances, configurations FROM agent_user;

REVOKE INSERT, UPDATE ON agent_sessions FROM agent_user;

REVOKE UPDATE (status, retry_count, sent_at, delivered_at, processed_at, error_message) ON messages FROM agent_user;

REVOKE INSERT (
    from_agent_id, to_agent_id, message_type, subject, content, priority, max_retries, correlation_id,
    parent_message_id, parent_created_at, expires_at
) ON messages FROM agent_user;

REVOKE SELECT ON
agents, agent_capabilities, agent_dependencies, transport_channels, message_queues, feature_flags, agent_instances,
agent_connections, agent_permissions, api_keys, agent_sessions, configurations, configuration_history, messages,
metrics, errors, health_checks
FROM agent_user;

REVOKE INSERT (
    event_type, agent_id, user_id, resource_type, resource_id, action, old_values, new_values, metadata, ip_address,
    user_agent, session_id, correlation_id
) ON audit_log FROM application_user, agent_user;

REVOKE UPDATE (is_active, last_activity_at) ON user_sessions FROM application_user;

REVOKE UPDATE (email, password_hash, mfa_secret, password_changed_at) ON users FROM application_user;

REVOKE SELECT ON
agents, agent_capabilities, agent_dependencies, transport_channels, message_queues, feature_flags, agent_instances,
roles, users, user_roles, user_sessions, api_keys, configurations, audit_log, metrics, errors, health_checks
FROM application_user;

DROP POLICY health_checks_own ON health_checks;

DROP POLICY errors_own ON errors;

DROP POLICY metrics_own ON metrics;

DROP POLICY audit_by_agent ON audit_log;

DROP POLICY messages_handle ON messages;

DROP POLICY messages_send ON messages;

DROP POLICY messages_read ON messages;

DROP POLICY configuration_history_own ON configuration_history;

DROP POLICY agent_config_isolation ON configurations;

DROP POLICY agent_sessions_own ON agent_sessions;

DROP POLICY api_keys_of_agent ON api_keys;

DROP POLICY agent_permissions_own ON agent_permissions;

DROP POLICY agent_connections_own ON agent_connections;

DROP POLICY agent_instances_own ON agent_instances;

DROP POLICY health_checks_seen ON health_checks;

DROP POLICY errors_seen ON errors;

DROP POLICY metrics_seen ON metrics;

DROP POLICY audit_by_user ON audit_log;

DROP POLICY audit_read_only ON audit_log;

DROP POLICY agent_instances_seen ON agent_instances;

DROP POLICY configurations_shared ON configurations;

DROP POLICY api_keys_of_user ON api_keys;

DROP POLICY user_sessions_own ON user_sessions;

DROP POLICY user_roles_own ON user_roles;

DROP POLICY user_isolation ON users;

DROP POLICY configuration_history_admin ON configuration_history;

DROP POLICY health_checks_admin ON health_checks;

DROP POLICY errors_admin ON errors;

DROP POLICY metrics_admin ON metrics;

DROP POLICY audit_log_admin ON audit_log;

DROP POLICY messages_admin ON messages;

DROP POLICY configurations_admin ON configurations;

DROP POLICY agent_sessions_admin ON agent_sessions;

DROP POLICY api_keys_admin ON api_keys;

DROP POLICY agent_permissions_admin ON agent_permissions;

DROP POLICY agent_connections_admin ON agent_connections;

DROP POLICY agent_instances_admin ON agent_instances;

DROP POLICY user_sessions_admin ON user_sessions;

DROP POLICY user_roles_admin ON user_roles;

DROP POLICY users_admin ON users;

ALTER TABLE metrics_default DISABLE ROW LEVEL SECURITY;

ALTER TABLE audit_log_default DISABLE ROW LEVEL SECURITY;

ALTER TABLE messages_default DISABLE ROW LEVEL SECURITY;

ALTER TABLE configuration_history DISABLE ROW LEVEL SECURITY;

ALTER TABLE health_checks NO FORCE ROW LEVEL SECURITY;

ALTER TABLE errors NO FORCE ROW LEVEL SECURITY;

ALTER TABLE metrics NO FORCE ROW LEVEL SECURITY;

ALTER TABLE audit_log NO FORCE ROW LEVEL SECURITY;

ALTER TABLE messages NO FORCE ROW LEVEL SECURITY;

ALTER TABLE configurations NO FORCE ROW LEVEL SECURITY;

ALTER TABLE agent_sessions NO FORCE ROW LEVEL SECURITY;

ALTER TABLE api_keys NO FORCE ROW LEVEL SECURITY;

ALTER TABLE agent_permissions NO FORCE ROW LEVEL SECURITY;

ALTER TABLE agent_connections NO FORCE ROW LEVEL SECURITY;

ALTER TABLE agent_instances NO FORCE ROW LEVEL SECURITY;

ALTER TABLE user_sessions NO FORCE ROW LEVEL SECURITY;

ALTER TABLE user_roles NO FORCE ROW LEVEL SECURITY;

ALTER TABLE users NO FORCE ROW LEVEL SECURITY;

ALTER TABLE health_checks DISABLE ROW LEVEL SECURITY;

ALTER TABLE errors DISABLE ROW LEVEL SECURITY;

ALTER TABLE metrics DISABLE ROW LEVEL SECURITY;

ALTER TABLE audit_log DISABLE ROW LEVEL SECURITY;

ALTER TABLE messages DISABLE ROW LEVEL SECURITY;

ALTER TABLE configurations DISABLE ROW LEVEL SECURITY;

ALTER TABLE agent_sessions DISABLE ROW LEVEL SECURITY;

ALTER TABLE api_keys DISABLE ROW LEVEL SECURITY;

ALTER TABLE agent_permissions DISABLE ROW LEVEL SECURITY;

ALTER TABLE agent_connections DISABLE ROW LEVEL SECURITY;

ALTER TABLE agent_instances DISABLE ROW LEVEL SECURITY;

ALTER TABLE user_sessions DISABLE ROW LEVEL SECURITY;

ALTER TABLE user_roles DISABLE ROW LEVEL SECURITY;

ALTER TABLE users DISABLE ROW LEVEL SECURITY;
