-- Inventory: every table and index of the seed is there, under its name.
-- seed: 004 Complete SQL DDL Specifications; Index Definitions and Performance Optimization

-- With the database's own tools, in a database where every step is applied:
--     pg_prove -d mister_smith sql/pgtap/mister_smith/*.sql
-- or  psql -X -q -d mister_smith -f sql/pgtap/mister_smith/inventory.sql
-- Another schema than public: PGOPTIONS='-c search_path=my_schema'. It is one transaction, which ends with ROLLBACK:
-- pgTAP too is there only as long, in a schema of its own. Run by a superuser.
\set QUIET on
\pset format unaligned
\pset tuples_only on
\pset pager off

BEGIN;

SET LOCAL client_min_messages = warning;

CREATE SCHEMA pgtap_of_this_test;

CREATE EXTENSION pgtap SCHEMA pgtap_of_this_test;

-- In blocks, which print nothing between the results.
DO $$
BEGIN
    PERFORM set_config('tap.schema', current_schema(), TRUE);
    PERFORM set_config('search_path', format('%I, pgtap_of_this_test', current_schema()), TRUE);
END;
$$;

SELECT plan(64);

SELECT has_table(current_setting('tap.schema')::name, t.name, 'table ' || t.name)
FROM (
    VALUES
    ('schema_versions'::name),
    ('agents'::name),
    ('agent_instances'::name),
    ('agent_capabilities'::name),
    ('agent_dependencies'::name),
    ('messages'::name),
    ('transport_channels'::name),
    ('message_queues'::name),
    ('users'::name),
    ('roles'::name),
    ('user_roles'::name),
    ('agent_permissions'::name),
    ('api_keys'::name),
    ('configurations'::name),
    ('configuration_history'::name),
    ('feature_flags'::name),
    ('audit_log'::name),
    ('metrics'::name),
    ('errors'::name),
    ('health_checks'::name),
    ('user_sessions'::name),
    ('agent_sessions'::name),
    ('agent_connections'::name)
) AS t (name);

SELECT has_index(current_setting('tap.schema')::name, i.table_name, i.name, 'index ' || i.name)
FROM (
    VALUES
    ('agents'::name, 'idx_agents_type_status'::name),
    ('agents'::name, 'idx_agents_name'::name),
    ('agents'::name, 'idx_agents_capabilities'::name),
    ('agents'::name, 'idx_agents_configuration'::name),
    ('agent_instances'::name, 'idx_agent_instances_agent_id'::name),
    ('agent_instances'::name, 'idx_agent_instances_status'::name),
    ('agent_instances'::name, 'idx_agent_instances_heartbeat'::name),
    ('agent_instances'::name, 'idx_agent_instances_host'::name),
    ('messages'::name, 'idx_messages_to_agent_status'::name),
    ('messages'::name, 'idx_messages_from_agent'::name),
    ('messages'::name, 'idx_messages_type_priority'::name),
    ('messages'::name, 'idx_messages_correlation'::name),
    ('messages'::name, 'idx_messages_expires'::name),
    ('messages'::name, 'idx_messages_retry'::name),
    ('users'::name, 'idx_users_username'::name),
    ('users'::name, 'idx_users_email'::name),
    ('users'::name, 'idx_users_active'::name),
    ('user_roles'::name, 'idx_user_roles_user'::name),
    ('user_roles'::name, 'idx_user_roles_role'::name),
    ('api_keys'::name, 'idx_api_keys_hash'::name),
    ('api_keys'::name, 'idx_api_keys_agent'::name),
    ('configurations'::name, 'idx_configurations_key_env'::name),
    ('configurations'::name, 'idx_configurations_agent'::name),
    ('configurations'::name, 'idx_configurations_value'::name),
    ('feature_flags'::name, 'idx_feature_flags_enabled'::name),
    ('audit_log'::name, 'idx_audit_log_agent_time'::name),
    ('audit_log'::name, 'idx_audit_log_user_time'::name),
    ('audit_log'::name, 'idx_audit_log_event_type'::name),
    ('metrics'::name, 'idx_metrics_agent_time'::name),
    ('metrics'::name, 'idx_metrics_name_time'::name),
    ('errors'::name, 'idx_errors_agent_severity'::name),
    ('health_checks'::name, 'idx_health_checks_agent_time'::name),
    ('user_sessions'::name, 'idx_user_sessions_token'::name),
    ('user_sessions'::name, 'idx_user_sessions_user_active'::name),
    ('agent_sessions'::name, 'idx_agent_sessions_agent_active'::name),
    ('agents'::name, 'idx_agents_config_type'::name),
    ('messages'::name, 'idx_messages_content_priority'::name),
    ('configurations'::name, 'idx_configurations_nested'::name),
    ('audit_log'::name, 'idx_audit_metadata'::name),
    ('metrics'::name, 'idx_metrics_tags'::name),
    ('agents'::name, 'idx_agents_claude_config'::name)
) AS i (table_name, name);

SELECT finish();

ROLLBACK;
