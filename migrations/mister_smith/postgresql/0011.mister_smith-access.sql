-- Access: who sees which rows and who may do what, for people, agents, administrators and backups.
-- seed: 004 Security Considerations, Row-Level Security
-- differs: policies on every table that holds what belongs to somebody, where the seed has three, one of them inert and
--   one table with none; grants, of which the seed has none; a user cannot unlock himself, nor anybody forge a sender
--   or a time; the owner is held to the policies as well; the session's identity is asked once for each statement
-- depends: 0009.mister_smith-partitions 0010.mister_smith-agent-functions

-- Whoever is not named by a policy sees nothing. FORCE: not even the owner, unless it is a superuser or a member of
-- mister_smith_admin.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;

ALTER TABLE user_roles ENABLE ROW LEVEL SECURITY;

ALTER TABLE user_sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE agent_instances ENABLE ROW LEVEL SECURITY;

ALTER TABLE agent_connections ENABLE ROW LEVEL SECURITY;

ALTER TABLE agent_permissions ENABLE ROW LEVEL SECURITY;

ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE agent_sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE configurations ENABLE ROW LEVEL SECURITY;

ALTER TABLE messages ENABLE ROW LEVEL SECURITY;

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;

ALTER TABLE metrics ENABLE ROW LEVEL SECURITY;

ALTER TABLE errors ENABLE ROW LEVEL SECURITY;

ALTER TABLE health_checks ENABLE ROW LEVEL SECURITY;

ALTER TABLE users FORCE ROW LEVEL SECURITY;

ALTER TABLE user_roles FORCE ROW LEVEL SECURITY;

ALTER TABLE user_sessions FORCE ROW LEVEL SECURITY;

ALTER TABLE agent_instances FORCE ROW LEVEL SECURITY;

ALTER TABLE agent_connections FORCE ROW LEVEL SECURITY;

ALTER TABLE agent_permissions FORCE ROW LEVEL SECURITY;

ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;

ALTER TABLE agent_sessions FORCE ROW LEVEL SECURITY;

ALTER TABLE configurations FORCE ROW LEVEL SECURITY;

ALTER TABLE messages FORCE ROW LEVEL SECURITY;

ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;

ALTER TABLE metrics FORCE ROW LEVEL SECURITY;

ALTER TABLE errors FORCE ROW LEVEL SECURITY;

ALTER TABLE health_checks FORCE ROW LEVEL SECURITY;

-- Not forced: the owner writes the history, in the trigger of configurations, and drains the partitions.
ALTER TABLE configuration_history ENABLE ROW LEVEL SECURITY;

ALTER TABLE messages_default ENABLE ROW LEVEL SECURITY;

ALTER TABLE audit_log_default ENABLE ROW LEVEL SECURITY;

ALTER TABLE metrics_default ENABLE ROW LEVEL SECURITY;

-- Administrators see everything. What they may do with it, their grants say.
CREATE POLICY users_admin ON users FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY user_roles_admin ON user_roles FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY user_sessions_admin ON user_sessions FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY agent_instances_admin ON agent_instances FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY agent_connections_admin ON agent_connections FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY agent_permissions_admin ON agent_permissions FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY api_keys_admin ON api_keys FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY agent_sessions_admin ON agent_sessions FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY configurations_admin ON configurations FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY messages_admin ON messages FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY audit_log_admin ON audit_log FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY metrics_admin ON metrics FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY errors_admin ON errors FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY health_checks_admin ON health_checks FOR ALL TO mister_smith_admin
USING (TRUE);

CREATE POLICY configuration_history_admin ON configuration_history FOR ALL TO mister_smith_admin
USING (TRUE);

-- People: themselves, and what agents report. (SELECT …) makes the identity a constant of the statement; without it
-- the function runs for every row.
CREATE POLICY user_isolation ON users FOR ALL TO application_user
USING (id = (SELECT current_user_id()));

CREATE POLICY user_roles_own ON user_roles FOR SELECT TO application_user
USING (user_id = (SELECT current_user_id()));

CREATE POLICY user_sessions_own ON user_sessions FOR ALL TO application_user
USING (user_id = (SELECT current_user_id()));

CREATE POLICY api_keys_of_user ON api_keys FOR SELECT TO application_user
USING (user_id = (SELECT current_user_id()));

CREATE POLICY configurations_shared ON configurations FOR SELECT TO application_user
USING (agent_id IS NULL AND NOT is_secret);

CREATE POLICY agent_instances_seen ON agent_instances FOR SELECT TO application_user, agent_user
USING (TRUE);

CREATE POLICY audit_read_only ON audit_log FOR SELECT TO application_user
USING (TRUE);

CREATE POLICY audit_by_user ON audit_log FOR INSERT TO application_user
WITH CHECK (user_id = (SELECT current_user_id()));

CREATE POLICY metrics_seen ON metrics FOR SELECT TO application_user
USING (TRUE);

CREATE POLICY errors_seen ON errors FOR SELECT TO application_user
USING (TRUE);

CREATE POLICY health_checks_seen ON health_checks FOR SELECT TO application_user
USING (TRUE);

-- Agents: what is theirs, the messages from and to them, and reports in their own name.
CREATE POLICY agent_instances_own ON agent_instances FOR ALL TO agent_user
USING (agent_id = (SELECT current_agent_id()));

CREATE POLICY agent_connections_own ON agent_connections FOR ALL TO agent_user
USING (agent_id = (SELECT current_agent_id()));

CREATE POLICY agent_permissions_own ON agent_permissions FOR SELECT TO agent_user
USING (agent_id = (SELECT current_agent_id()));

CREATE POLICY api_keys_of_agent ON api_keys FOR SELECT TO agent_user
USING (agent_id = (SELECT current_agent_id()));

CREATE POLICY agent_sessions_own ON agent_sessions FOR ALL TO agent_user
USING (agent_id = (SELECT current_agent_id()));

CREATE POLICY agent_config_isolation ON configurations FOR ALL TO agent_user
USING (agent_id = (SELECT current_agent_id()));

CREATE POLICY configuration_history_own ON configuration_history FOR SELECT TO agent_user
USING (agent_id = (SELECT current_agent_id()));

-- A CASE, because PostgreSQL takes a comparison of these columns for a rare one: it would sort a long inbox, of which
-- it expects a few messages, instead of reading it in the order of its index.
CREATE POLICY messages_read ON messages FOR SELECT TO agent_user
USING (CASE (SELECT current_agent_id()) WHEN to_agent_id THEN TRUE WHEN from_agent_id THEN TRUE ELSE FALSE END);

CREATE POLICY messages_send ON messages FOR INSERT TO agent_user
WITH CHECK (from_agent_id = (SELECT current_agent_id()));

CREATE POLICY messages_handle ON messages FOR UPDATE TO agent_user
USING (CASE (SELECT current_agent_id()) WHEN to_agent_id THEN TRUE ELSE FALSE END);

CREATE POLICY audit_by_agent ON audit_log FOR INSERT TO agent_user
WITH CHECK (agent_id = (SELECT current_agent_id()) AND user_id IS NULL);

CREATE POLICY metrics_own ON metrics FOR ALL TO agent_user
USING (agent_id = (SELECT current_agent_id()));

CREATE POLICY errors_own ON errors FOR ALL TO agent_user
USING (agent_id = (SELECT current_agent_id()));

CREATE POLICY health_checks_own ON health_checks FOR ALL TO agent_user
USING (agent_id = (SELECT current_agent_id()));

-- People.
GRANT SELECT ON
agents, agent_capabilities, agent_dependencies, transport_channels, message_queues, feature_flags, agent_instances,
roles, users, user_roles, user_sessions, api_keys, configurations, audit_log, metrics, errors, health_checks
TO application_user;

GRANT UPDATE (email, password_hash, mfa_secret, password_changed_at) ON users TO application_user;

GRANT UPDATE (is_active, last_activity_at) ON user_sessions TO application_user;

-- By columns: an id and a time that nobody chooses cannot be forged.
GRANT INSERT (
    event_type, agent_id, user_id, resource_type, resource_id, action, old_values, new_values, metadata, ip_address,
    user_agent, session_id, correlation_id
) ON audit_log TO application_user, agent_user;

-- Agents.
GRANT SELECT ON
agents, agent_capabilities, agent_dependencies, transport_channels, message_queues, feature_flags, agent_instances,
agent_connections, agent_permissions, api_keys, agent_sessions, configurations, configuration_history, messages,
metrics, errors, health_checks
TO agent_user;

GRANT INSERT (
    from_agent_id, to_agent_id, message_type, subject, content, priority, max_retries, correlation_id,
    parent_message_id, parent_created_at, expires_at
) ON messages TO agent_user;

GRANT UPDATE (status, retry_count, sent_at, delivered_at, processed_at, error_message) ON messages TO agent_user;

GRANT INSERT, UPDATE ON agent_sessions TO agent_user;

GRANT INSERT, UPDATE, DELETE ON agent_instances, configurations TO agent_user;

GRANT UPDATE (last_used_at) ON agent_connections TO agent_user;

GRANT INSERT (agent_id, metric_name, metric_value, metric_type, tags, unit) ON metrics TO agent_user;

GRANT INSERT (agent_id, error_type, error_code, message, stack_trace, context, severity) ON errors TO agent_user;

GRANT INSERT (agent_id, check_name, status, response_time_ms, details) ON health_checks TO agent_user;

GRANT EXECUTE ON FUNCTION get_agent_connection(uuid), save_agent_state(uuid, jsonb), load_agent_state(uuid)
TO agent_user, mister_smith_admin;

-- Administrators, who sign people in and manage agents. History is written by its trigger alone, and partitions are
-- maintained by the owner.
GRANT SELECT, INSERT, UPDATE, DELETE ON
users, roles, user_roles, user_sessions, agents, agent_instances, agent_capabilities, agent_dependencies,
agent_connections, agent_permissions, api_keys, agent_sessions, configurations, feature_flags, transport_channels,
message_queues, messages, metrics, errors, health_checks
TO mister_smith_admin;

GRANT SELECT, INSERT ON audit_log TO mister_smith_admin;

GRANT SELECT ON configuration_history, partition_policies TO mister_smith_admin;
