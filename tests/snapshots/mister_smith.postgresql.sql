-- table agent_capabilities
CREATE TABLE agent_capabilities ();

-- table agent_connections
CREATE TABLE agent_connections ();

-- table agent_dependencies
CREATE TABLE agent_dependencies ();

-- table agent_instances
CREATE TABLE agent_instances ();

-- table agent_permissions
CREATE TABLE agent_permissions ();

-- table agent_sessions
CREATE TABLE agent_sessions ();

-- table agents
CREATE TABLE agents ();

-- table api_keys
CREATE TABLE api_keys ();

-- table audit_log
CREATE TABLE audit_log () PARTITION BY RANGE (created_at);

-- table audit_log_default
CREATE TABLE audit_log_default PARTITION OF audit_log DEFAULT;

-- table configuration_history
CREATE TABLE configuration_history ();

-- table configurations
CREATE TABLE configurations ();

-- table errors
CREATE TABLE errors ();

-- table feature_flags
CREATE TABLE feature_flags ();

-- table health_checks
CREATE TABLE health_checks ();

-- table message_queues
CREATE TABLE message_queues ();

-- table messages
CREATE TABLE messages () PARTITION BY RANGE (created_at);

-- table messages_default
CREATE TABLE messages_default PARTITION OF messages DEFAULT;

-- table metrics
CREATE TABLE metrics () PARTITION BY RANGE (recorded_at);

-- table metrics_default
CREATE TABLE metrics_default PARTITION OF metrics DEFAULT;

-- table partition_policies
CREATE TABLE partition_policies ();

-- table roles
CREATE TABLE roles ();

-- table schema_versions
CREATE TABLE schema_versions ();

-- table transport_channels
CREATE TABLE transport_channels ();

-- table user_roles
CREATE TABLE user_roles ();

-- table user_sessions
CREATE TABLE user_sessions ();

-- table users
CREATE TABLE users ();

-- column agent_capabilities.agent_id
ALTER TABLE agent_capabilities ADD COLUMN agent_id uuid NOT NULL /* 2 */;

-- column agent_capabilities.capability_name
ALTER TABLE agent_capabilities ADD COLUMN capability_name text NOT NULL /* 3 */;

-- column agent_capabilities.capability_version
ALTER TABLE agent_capabilities ADD COLUMN capability_version text DEFAULT '1.0.0'::text NOT NULL /* 4 */;

-- column agent_capabilities.created_at
ALTER TABLE agent_capabilities ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 7 */;

-- column agent_capabilities.enabled
ALTER TABLE agent_capabilities ADD COLUMN enabled boolean DEFAULT true NOT NULL /* 6 */;

-- column agent_capabilities.id
ALTER TABLE agent_capabilities ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column agent_capabilities.parameters
ALTER TABLE agent_capabilities ADD COLUMN parameters jsonb DEFAULT '{}'::jsonb NOT NULL /* 5 */;

-- column agent_connections.agent_id
ALTER TABLE agent_connections ADD COLUMN agent_id uuid NOT NULL /* 2 */;

-- column agent_connections.connection_id
ALTER TABLE agent_connections ADD COLUMN connection_id text NOT NULL /* 3 */;

-- column agent_connections.connection_pool_size
ALTER TABLE agent_connections ADD COLUMN connection_pool_size integer DEFAULT 5 /* 7 */;

-- column agent_connections.created_at
ALTER TABLE agent_connections ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 10 */;

-- column agent_connections.database_name
ALTER TABLE agent_connections ADD COLUMN database_name text NOT NULL /* 6 */;

-- column agent_connections.host
ALTER TABLE agent_connections ADD COLUMN host text NOT NULL /* 4 */;

-- column agent_connections.id
ALTER TABLE agent_connections ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column agent_connections.is_active
ALTER TABLE agent_connections ADD COLUMN is_active boolean DEFAULT true NOT NULL /* 9 */;

-- column agent_connections.last_used_at
ALTER TABLE agent_connections ADD COLUMN last_used_at timestamp with time zone DEFAULT now() /* 11 */;

-- column agent_connections.max_connections
ALTER TABLE agent_connections ADD COLUMN max_connections integer DEFAULT 10 /* 8 */;

-- column agent_connections.port
ALTER TABLE agent_connections ADD COLUMN port integer NOT NULL /* 5 */;

-- column agent_dependencies.agent_id
ALTER TABLE agent_dependencies ADD COLUMN agent_id uuid NOT NULL /* 2 */;

-- column agent_dependencies.created_at
ALTER TABLE agent_dependencies ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 5 */;

-- column agent_dependencies.dependency_type
ALTER TABLE agent_dependencies ADD COLUMN dependency_type text NOT NULL /* 4 */;

-- column agent_dependencies.depends_on_agent_id
ALTER TABLE agent_dependencies ADD COLUMN depends_on_agent_id uuid NOT NULL /* 3 */;

-- column agent_dependencies.id
ALTER TABLE agent_dependencies ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column agent_instances.agent_id
ALTER TABLE agent_instances ADD COLUMN agent_id uuid NOT NULL /* 2 */;

-- column agent_instances.error_count
ALTER TABLE agent_instances ADD COLUMN error_count integer DEFAULT 0 NOT NULL /* 12 */;

-- column agent_instances.host_name
ALTER TABLE agent_instances ADD COLUMN host_name text NOT NULL /* 4 */;

-- column agent_instances.id
ALTER TABLE agent_instances ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column agent_instances.last_heartbeat
ALTER TABLE agent_instances ADD COLUMN last_heartbeat timestamp with time zone DEFAULT now() /* 11 */;

-- column agent_instances.metrics
ALTER TABLE agent_instances ADD COLUMN metrics jsonb DEFAULT '{}'::jsonb NOT NULL /* 8 */;

-- column agent_instances.port
ALTER TABLE agent_instances ADD COLUMN port integer /* 5 */;

-- column agent_instances.process_id
ALTER TABLE agent_instances ADD COLUMN process_id text /* 3 */;

-- column agent_instances.resources
ALTER TABLE agent_instances ADD COLUMN resources jsonb DEFAULT '{}'::jsonb NOT NULL /* 9 */;

-- column agent_instances.restart_count
ALTER TABLE agent_instances ADD COLUMN restart_count integer DEFAULT 0 NOT NULL /* 13 */;

-- column agent_instances.started_at
ALTER TABLE agent_instances ADD COLUMN started_at timestamp with time zone DEFAULT now() NOT NULL /* 10 */;

-- column agent_instances.state
ALTER TABLE agent_instances ADD COLUMN state jsonb DEFAULT '{}'::jsonb NOT NULL /* 7 */;

-- column agent_instances.status
ALTER TABLE agent_instances ADD COLUMN status text DEFAULT 'starting'::text NOT NULL /* 6 */;

-- column agent_permissions.agent_id
ALTER TABLE agent_permissions ADD COLUMN agent_id uuid NOT NULL /* 2 */;

-- column agent_permissions.expires_at
ALTER TABLE agent_permissions ADD COLUMN expires_at timestamp with time zone /* 8 */;

-- column agent_permissions.granted_at
ALTER TABLE agent_permissions ADD COLUMN granted_at timestamp with time zone DEFAULT now() NOT NULL /* 7 */;

-- column agent_permissions.granted_by
ALTER TABLE agent_permissions ADD COLUMN granted_by uuid /* 6 */;

-- column agent_permissions.id
ALTER TABLE agent_permissions ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column agent_permissions.permission
ALTER TABLE agent_permissions ADD COLUMN permission text NOT NULL /* 5 */;

-- column agent_permissions.resource_id
ALTER TABLE agent_permissions ADD COLUMN resource_id text /* 4 */;

-- column agent_permissions.resource_type
ALTER TABLE agent_permissions ADD COLUMN resource_type text NOT NULL /* 3 */;

-- column agent_sessions.agent_id
ALTER TABLE agent_sessions ADD COLUMN agent_id uuid NOT NULL /* 2 */;

-- column agent_sessions.created_at
ALTER TABLE agent_sessions ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 7 */;

-- column agent_sessions.expires_at
ALTER TABLE agent_sessions ADD COLUMN expires_at timestamp with time zone /* 6 */;

-- column agent_sessions.id
ALTER TABLE agent_sessions ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column agent_sessions.is_active
ALTER TABLE agent_sessions ADD COLUMN is_active boolean DEFAULT true NOT NULL /* 4 */;

-- column agent_sessions.last_activity_at
ALTER TABLE agent_sessions ADD COLUMN last_activity_at timestamp with time zone DEFAULT now() /* 5 */;

-- column agent_sessions.session_data
ALTER TABLE agent_sessions ADD COLUMN session_data jsonb DEFAULT '{}'::jsonb NOT NULL /* 3 */;

-- column agents.agent_type
ALTER TABLE agents ADD COLUMN agent_type text NOT NULL /* 3 */;

-- column agents.capabilities
ALTER TABLE agents ADD COLUMN capabilities text[] DEFAULT '{}'::text[] NOT NULL /* 6 */;

-- column agents.claude_cli_config
ALTER TABLE agents ADD COLUMN claude_cli_config jsonb DEFAULT '{}'::jsonb /* 11 */;

-- column agents.configuration
ALTER TABLE agents ADD COLUMN configuration jsonb DEFAULT '{}'::jsonb NOT NULL /* 5 */;

-- column agents.created_at
ALTER TABLE agents ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 8 */;

-- column agents.created_by
ALTER TABLE agents ADD COLUMN created_by uuid /* 10 */;

-- column agents.id
ALTER TABLE agents ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column agents.name
ALTER TABLE agents ADD COLUMN name text NOT NULL /* 2 */;

-- column agents.status
ALTER TABLE agents ADD COLUMN status text DEFAULT 'inactive'::text NOT NULL /* 4 */;

-- column agents.updated_at
ALTER TABLE agents ADD COLUMN updated_at timestamp with time zone DEFAULT now() NOT NULL /* 9 */;

-- column agents.version
ALTER TABLE agents ADD COLUMN version integer DEFAULT 1 NOT NULL /* 7 */;

-- column api_keys.agent_id
ALTER TABLE api_keys ADD COLUMN agent_id uuid /* 2 */;

-- column api_keys.created_at
ALTER TABLE api_keys ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 10 */;

-- column api_keys.expires_at
ALTER TABLE api_keys ADD COLUMN expires_at timestamp with time zone /* 9 */;

-- column api_keys.id
ALTER TABLE api_keys ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column api_keys.is_active
ALTER TABLE api_keys ADD COLUMN is_active boolean DEFAULT true NOT NULL /* 7 */;

-- column api_keys.key_hash
ALTER TABLE api_keys ADD COLUMN key_hash text NOT NULL /* 4 */;

-- column api_keys.last_used_at
ALTER TABLE api_keys ADD COLUMN last_used_at timestamp with time zone /* 8 */;

-- column api_keys.name
ALTER TABLE api_keys ADD COLUMN name text NOT NULL /* 5 */;

-- column api_keys.permissions
ALTER TABLE api_keys ADD COLUMN permissions jsonb DEFAULT '{}'::jsonb NOT NULL /* 6 */;

-- column api_keys.user_id
ALTER TABLE api_keys ADD COLUMN user_id uuid /* 3 */;

-- column audit_log.action
ALTER TABLE audit_log ADD COLUMN action text NOT NULL /* 7 */;

-- column audit_log.agent_id
ALTER TABLE audit_log ADD COLUMN agent_id uuid /* 3 */;

-- column audit_log.correlation_id
ALTER TABLE audit_log ADD COLUMN correlation_id uuid /* 14 */;

-- column audit_log.created_at
ALTER TABLE audit_log ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 15 */;

-- column audit_log.event_type
ALTER TABLE audit_log ADD COLUMN event_type text NOT NULL /* 2 */;

-- column audit_log.id
ALTER TABLE audit_log ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column audit_log.ip_address
ALTER TABLE audit_log ADD COLUMN ip_address inet /* 11 */;

-- column audit_log.metadata
ALTER TABLE audit_log ADD COLUMN metadata jsonb DEFAULT '{}'::jsonb /* 10 */;

-- column audit_log.new_values
ALTER TABLE audit_log ADD COLUMN new_values jsonb /* 9 */;

-- column audit_log.old_values
ALTER TABLE audit_log ADD COLUMN old_values jsonb /* 8 */;

-- column audit_log.resource_id
ALTER TABLE audit_log ADD COLUMN resource_id uuid /* 6 */;

-- column audit_log.resource_type
ALTER TABLE audit_log ADD COLUMN resource_type text /* 5 */;

-- column audit_log.session_id
ALTER TABLE audit_log ADD COLUMN session_id uuid /* 13 */;

-- column audit_log.user_agent
ALTER TABLE audit_log ADD COLUMN user_agent text /* 12 */;

-- column audit_log.user_id
ALTER TABLE audit_log ADD COLUMN user_id uuid /* 4 */;

-- column audit_log_default.action
ALTER TABLE audit_log_default ADD COLUMN action text NOT NULL /* 7 */;

-- column audit_log_default.agent_id
ALTER TABLE audit_log_default ADD COLUMN agent_id uuid /* 3 */;

-- column audit_log_default.correlation_id
ALTER TABLE audit_log_default ADD COLUMN correlation_id uuid /* 14 */;

-- column audit_log_default.created_at
ALTER TABLE audit_log_default ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 15 */;

-- column audit_log_default.event_type
ALTER TABLE audit_log_default ADD COLUMN event_type text NOT NULL /* 2 */;

-- column audit_log_default.id
ALTER TABLE audit_log_default ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column audit_log_default.ip_address
ALTER TABLE audit_log_default ADD COLUMN ip_address inet /* 11 */;

-- column audit_log_default.metadata
ALTER TABLE audit_log_default ADD COLUMN metadata jsonb DEFAULT '{}'::jsonb /* 10 */;

-- column audit_log_default.new_values
ALTER TABLE audit_log_default ADD COLUMN new_values jsonb /* 9 */;

-- column audit_log_default.old_values
ALTER TABLE audit_log_default ADD COLUMN old_values jsonb /* 8 */;

-- column audit_log_default.resource_id
ALTER TABLE audit_log_default ADD COLUMN resource_id uuid /* 6 */;

-- column audit_log_default.resource_type
ALTER TABLE audit_log_default ADD COLUMN resource_type text /* 5 */;

-- column audit_log_default.session_id
ALTER TABLE audit_log_default ADD COLUMN session_id uuid /* 13 */;

-- column audit_log_default.user_agent
ALTER TABLE audit_log_default ADD COLUMN user_agent text /* 12 */;

-- column audit_log_default.user_id
ALTER TABLE audit_log_default ADD COLUMN user_id uuid /* 4 */;

-- column configuration_history.agent_id
ALTER TABLE configuration_history ADD COLUMN agent_id uuid /* 10 */;

-- column configuration_history.change_reason
ALTER TABLE configuration_history ADD COLUMN change_reason text /* 6 */;

-- column configuration_history.changed_by
ALTER TABLE configuration_history ADD COLUMN changed_by uuid /* 5 */;

-- column configuration_history.configuration_id
ALTER TABLE configuration_history ADD COLUMN configuration_id uuid NOT NULL /* 2 */;

-- column configuration_history.configuration_key
ALTER TABLE configuration_history ADD COLUMN configuration_key text NOT NULL /* 8 */;

-- column configuration_history.created_at
ALTER TABLE configuration_history ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 7 */;

-- column configuration_history.environment
ALTER TABLE configuration_history ADD COLUMN environment text NOT NULL /* 9 */;

-- column configuration_history.id
ALTER TABLE configuration_history ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column configuration_history.new_value
ALTER TABLE configuration_history ADD COLUMN new_value jsonb /* 4 */;

-- column configuration_history.old_value
ALTER TABLE configuration_history ADD COLUMN old_value jsonb /* 3 */;

-- column configurations.agent_id
ALTER TABLE configurations ADD COLUMN agent_id uuid /* 5 */;

-- column configurations.created_at
ALTER TABLE configurations ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 10 */;

-- column configurations.created_by
ALTER TABLE configurations ADD COLUMN created_by uuid /* 12 */;

-- column configurations.description
ALTER TABLE configurations ADD COLUMN description text /* 8 */;

-- column configurations.environment
ALTER TABLE configurations ADD COLUMN environment text DEFAULT 'production'::text NOT NULL /* 4 */;

-- column configurations.id
ALTER TABLE configurations ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column configurations.is_encrypted
ALTER TABLE configurations ADD COLUMN is_encrypted boolean DEFAULT false NOT NULL /* 6 */;

-- column configurations.is_secret
ALTER TABLE configurations ADD COLUMN is_secret boolean DEFAULT false NOT NULL /* 7 */;

-- column configurations.key
ALTER TABLE configurations ADD COLUMN key text NOT NULL /* 2 */;

-- column configurations.updated_at
ALTER TABLE configurations ADD COLUMN updated_at timestamp with time zone DEFAULT now() NOT NULL /* 11 */;

-- column configurations.value
ALTER TABLE configurations ADD COLUMN value jsonb NOT NULL /* 3 */;

-- column configurations.version
ALTER TABLE configurations ADD COLUMN version integer DEFAULT 1 NOT NULL /* 9 */;

-- column errors.agent_id
ALTER TABLE errors ADD COLUMN agent_id uuid /* 2 */;

-- column errors.context
ALTER TABLE errors ADD COLUMN context jsonb DEFAULT '{}'::jsonb /* 7 */;

-- column errors.created_at
ALTER TABLE errors ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 12 */;

-- column errors.error_code
ALTER TABLE errors ADD COLUMN error_code text /* 4 */;

-- column errors.error_type
ALTER TABLE errors ADD COLUMN error_type text NOT NULL /* 3 */;

-- column errors.id
ALTER TABLE errors ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column errors.is_resolved
ALTER TABLE errors ADD COLUMN is_resolved boolean DEFAULT false NOT NULL /* 9 */;

-- column errors.message
ALTER TABLE errors ADD COLUMN message text NOT NULL /* 5 */;

-- column errors.resolved_at
ALTER TABLE errors ADD COLUMN resolved_at timestamp with time zone /* 10 */;

-- column errors.resolved_by
ALTER TABLE errors ADD COLUMN resolved_by uuid /* 11 */;

-- column errors.severity
ALTER TABLE errors ADD COLUMN severity text NOT NULL /* 8 */;

-- column errors.stack_trace
ALTER TABLE errors ADD COLUMN stack_trace text /* 6 */;

-- column feature_flags.conditions
ALTER TABLE feature_flags ADD COLUMN conditions jsonb DEFAULT '{}'::jsonb NOT NULL /* 5 */;

-- column feature_flags.created_at
ALTER TABLE feature_flags ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 7 */;

-- column feature_flags.created_by
ALTER TABLE feature_flags ADD COLUMN created_by uuid /* 9 */;

-- column feature_flags.description
ALTER TABLE feature_flags ADD COLUMN description text /* 3 */;

-- column feature_flags.id
ALTER TABLE feature_flags ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column feature_flags.is_enabled
ALTER TABLE feature_flags ADD COLUMN is_enabled boolean DEFAULT false NOT NULL /* 4 */;

-- column feature_flags.name
ALTER TABLE feature_flags ADD COLUMN name text NOT NULL /* 2 */;

-- column feature_flags.rollout_percentage
ALTER TABLE feature_flags ADD COLUMN rollout_percentage integer DEFAULT 0 /* 6 */;

-- column feature_flags.updated_at
ALTER TABLE feature_flags ADD COLUMN updated_at timestamp with time zone DEFAULT now() NOT NULL /* 8 */;

-- column health_checks.agent_id
ALTER TABLE health_checks ADD COLUMN agent_id uuid /* 2 */;

-- column health_checks.check_name
ALTER TABLE health_checks ADD COLUMN check_name text NOT NULL /* 3 */;

-- column health_checks.checked_at
ALTER TABLE health_checks ADD COLUMN checked_at timestamp with time zone DEFAULT now() NOT NULL /* 7 */;

-- column health_checks.details
ALTER TABLE health_checks ADD COLUMN details jsonb DEFAULT '{}'::jsonb /* 6 */;

-- column health_checks.id
ALTER TABLE health_checks ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column health_checks.response_time_ms
ALTER TABLE health_checks ADD COLUMN response_time_ms integer /* 5 */;

-- column health_checks.status
ALTER TABLE health_checks ADD COLUMN status text NOT NULL /* 4 */;

-- column message_queues.configuration
ALTER TABLE message_queues ADD COLUMN configuration jsonb DEFAULT '{}'::jsonb NOT NULL /* 6 */;

-- column message_queues.created_at
ALTER TABLE message_queues ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 8 */;

-- column message_queues.current_size
ALTER TABLE message_queues ADD COLUMN current_size integer DEFAULT 0 NOT NULL /* 5 */;

-- column message_queues.id
ALTER TABLE message_queues ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column message_queues.is_active
ALTER TABLE message_queues ADD COLUMN is_active boolean DEFAULT true NOT NULL /* 7 */;

-- column message_queues.max_size
ALTER TABLE message_queues ADD COLUMN max_size integer DEFAULT 10000 /* 4 */;

-- column message_queues.name
ALTER TABLE message_queues ADD COLUMN name text NOT NULL /* 2 */;

-- column message_queues.queue_type
ALTER TABLE message_queues ADD COLUMN queue_type text NOT NULL /* 3 */;

-- column message_queues.updated_at
ALTER TABLE message_queues ADD COLUMN updated_at timestamp with time zone DEFAULT now() NOT NULL /* 9 */;

-- column messages.claude_cli_context
ALTER TABLE messages ADD COLUMN claude_cli_context jsonb DEFAULT '{}'::jsonb /* 20 */;

-- column messages.content
ALTER TABLE messages ADD COLUMN content jsonb NOT NULL /* 6 */;

-- column messages.correlation_id
ALTER TABLE messages ADD COLUMN correlation_id uuid /* 11 */;

-- column messages.created_at
ALTER TABLE messages ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 14 */;

-- column messages.delivered_at
ALTER TABLE messages ADD COLUMN delivered_at timestamp with time zone /* 16 */;

-- column messages.error_message
ALTER TABLE messages ADD COLUMN error_message text /* 19 */;

-- column messages.expires_at
ALTER TABLE messages ADD COLUMN expires_at timestamp with time zone /* 18 */;

-- column messages.from_agent_id
ALTER TABLE messages ADD COLUMN from_agent_id uuid /* 2 */;

-- column messages.id
ALTER TABLE messages ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column messages.max_retries
ALTER TABLE messages ADD COLUMN max_retries integer DEFAULT 3 NOT NULL /* 10 */;

-- column messages.message_type
ALTER TABLE messages ADD COLUMN message_type text NOT NULL /* 4 */;

-- column messages.parent_created_at
ALTER TABLE messages ADD COLUMN parent_created_at timestamp with time zone /* 13 */;

-- column messages.parent_message_id
ALTER TABLE messages ADD COLUMN parent_message_id uuid /* 12 */;

-- column messages.priority
ALTER TABLE messages ADD COLUMN priority integer DEFAULT 5 NOT NULL /* 7 */;

-- column messages.processed_at
ALTER TABLE messages ADD COLUMN processed_at timestamp with time zone /* 17 */;

-- column messages.retry_count
ALTER TABLE messages ADD COLUMN retry_count integer DEFAULT 0 NOT NULL /* 9 */;

-- column messages.sent_at
ALTER TABLE messages ADD COLUMN sent_at timestamp with time zone /* 15 */;

-- column messages.status
ALTER TABLE messages ADD COLUMN status text DEFAULT 'pending'::text NOT NULL /* 8 */;

-- column messages.subject
ALTER TABLE messages ADD COLUMN subject text /* 5 */;

-- column messages.to_agent_id
ALTER TABLE messages ADD COLUMN to_agent_id uuid /* 3 */;

-- column messages_default.claude_cli_context
ALTER TABLE messages_default ADD COLUMN claude_cli_context jsonb DEFAULT '{}'::jsonb /* 20 */;

-- column messages_default.content
ALTER TABLE messages_default ADD COLUMN content jsonb NOT NULL /* 6 */;

-- column messages_default.correlation_id
ALTER TABLE messages_default ADD COLUMN correlation_id uuid /* 11 */;

-- column messages_default.created_at
ALTER TABLE messages_default ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 14 */;

-- column messages_default.delivered_at
ALTER TABLE messages_default ADD COLUMN delivered_at timestamp with time zone /* 16 */;

-- column messages_default.error_message
ALTER TABLE messages_default ADD COLUMN error_message text /* 19 */;

-- column messages_default.expires_at
ALTER TABLE messages_default ADD COLUMN expires_at timestamp with time zone /* 18 */;

-- column messages_default.from_agent_id
ALTER TABLE messages_default ADD COLUMN from_agent_id uuid /* 2 */;

-- column messages_default.id
ALTER TABLE messages_default ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column messages_default.max_retries
ALTER TABLE messages_default ADD COLUMN max_retries integer DEFAULT 3 NOT NULL /* 10 */;

-- column messages_default.message_type
ALTER TABLE messages_default ADD COLUMN message_type text NOT NULL /* 4 */;

-- column messages_default.parent_created_at
ALTER TABLE messages_default ADD COLUMN parent_created_at timestamp with time zone /* 13 */;

-- column messages_default.parent_message_id
ALTER TABLE messages_default ADD COLUMN parent_message_id uuid /* 12 */;

-- column messages_default.priority
ALTER TABLE messages_default ADD COLUMN priority integer DEFAULT 5 NOT NULL /* 7 */;

-- column messages_default.processed_at
ALTER TABLE messages_default ADD COLUMN processed_at timestamp with time zone /* 17 */;

-- column messages_default.retry_count
ALTER TABLE messages_default ADD COLUMN retry_count integer DEFAULT 0 NOT NULL /* 9 */;

-- column messages_default.sent_at
ALTER TABLE messages_default ADD COLUMN sent_at timestamp with time zone /* 15 */;

-- column messages_default.status
ALTER TABLE messages_default ADD COLUMN status text DEFAULT 'pending'::text NOT NULL /* 8 */;

-- column messages_default.subject
ALTER TABLE messages_default ADD COLUMN subject text /* 5 */;

-- column messages_default.to_agent_id
ALTER TABLE messages_default ADD COLUMN to_agent_id uuid /* 3 */;

-- column metrics.agent_id
ALTER TABLE metrics ADD COLUMN agent_id uuid /* 2 */;

-- column metrics.id
ALTER TABLE metrics ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column metrics.metric_name
ALTER TABLE metrics ADD COLUMN metric_name text NOT NULL /* 3 */;

-- column metrics.metric_type
ALTER TABLE metrics ADD COLUMN metric_type text NOT NULL /* 5 */;

-- column metrics.metric_value
ALTER TABLE metrics ADD COLUMN metric_value numeric NOT NULL /* 4 */;

-- column metrics.recorded_at
ALTER TABLE metrics ADD COLUMN recorded_at timestamp with time zone DEFAULT now() NOT NULL /* 8 */;

-- column metrics.tags
ALTER TABLE metrics ADD COLUMN tags jsonb DEFAULT '{}'::jsonb /* 6 */;

-- column metrics.unit
ALTER TABLE metrics ADD COLUMN unit text /* 7 */;

-- column metrics_default.agent_id
ALTER TABLE metrics_default ADD COLUMN agent_id uuid /* 2 */;

-- column metrics_default.id
ALTER TABLE metrics_default ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column metrics_default.metric_name
ALTER TABLE metrics_default ADD COLUMN metric_name text NOT NULL /* 3 */;

-- column metrics_default.metric_type
ALTER TABLE metrics_default ADD COLUMN metric_type text NOT NULL /* 5 */;

-- column metrics_default.metric_value
ALTER TABLE metrics_default ADD COLUMN metric_value numeric NOT NULL /* 4 */;

-- column metrics_default.recorded_at
ALTER TABLE metrics_default ADD COLUMN recorded_at timestamp with time zone DEFAULT now() NOT NULL /* 8 */;

-- column metrics_default.tags
ALTER TABLE metrics_default ADD COLUMN tags jsonb DEFAULT '{}'::jsonb /* 6 */;

-- column metrics_default.unit
ALTER TABLE metrics_default ADD COLUMN unit text /* 7 */;

-- column partition_policies.on_expiry
ALTER TABLE partition_policies ADD COLUMN on_expiry text NOT NULL /* 3 */;

-- column partition_policies.retention_months
ALTER TABLE partition_policies ADD COLUMN retention_months integer NOT NULL /* 2 */;

-- column partition_policies.table_name
ALTER TABLE partition_policies ADD COLUMN table_name text NOT NULL /* 1 */;

-- column roles.created_at
ALTER TABLE roles ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 6 */;

-- column roles.description
ALTER TABLE roles ADD COLUMN description text /* 3 */;

-- column roles.id
ALTER TABLE roles ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column roles.is_system_role
ALTER TABLE roles ADD COLUMN is_system_role boolean DEFAULT false NOT NULL /* 5 */;

-- column roles.name
ALTER TABLE roles ADD COLUMN name text NOT NULL /* 2 */;

-- column roles.permissions
ALTER TABLE roles ADD COLUMN permissions jsonb DEFAULT '{}'::jsonb NOT NULL /* 4 */;

-- column roles.updated_at
ALTER TABLE roles ADD COLUMN updated_at timestamp with time zone DEFAULT now() NOT NULL /* 7 */;

-- column schema_versions.applied_at
ALTER TABLE schema_versions ADD COLUMN applied_at timestamp with time zone DEFAULT now() /* 2 */;

-- column schema_versions.applied_by
ALTER TABLE schema_versions ADD COLUMN applied_by text DEFAULT SESSION_USER NOT NULL /* 6 */;

-- column schema_versions.checksum
ALTER TABLE schema_versions ADD COLUMN checksum text NOT NULL /* 5 */;

-- column schema_versions.description
ALTER TABLE schema_versions ADD COLUMN description text NOT NULL /* 3 */;

-- column schema_versions.rollback_sql
ALTER TABLE schema_versions ADD COLUMN rollback_sql text /* 4 */;

-- column schema_versions.version
ALTER TABLE schema_versions ADD COLUMN version integer NOT NULL /* 1 */;

-- column transport_channels.channel_type
ALTER TABLE transport_channels ADD COLUMN channel_type text NOT NULL /* 3 */;

-- column transport_channels.configuration
ALTER TABLE transport_channels ADD COLUMN configuration jsonb DEFAULT '{}'::jsonb NOT NULL /* 4 */;

-- column transport_channels.created_at
ALTER TABLE transport_channels ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 6 */;

-- column transport_channels.id
ALTER TABLE transport_channels ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column transport_channels.is_active
ALTER TABLE transport_channels ADD COLUMN is_active boolean DEFAULT true NOT NULL /* 5 */;

-- column transport_channels.name
ALTER TABLE transport_channels ADD COLUMN name text NOT NULL /* 2 */;

-- column transport_channels.updated_at
ALTER TABLE transport_channels ADD COLUMN updated_at timestamp with time zone DEFAULT now() NOT NULL /* 7 */;

-- column user_roles.expires_at
ALTER TABLE user_roles ADD COLUMN expires_at timestamp with time zone /* 6 */;

-- column user_roles.granted_at
ALTER TABLE user_roles ADD COLUMN granted_at timestamp with time zone DEFAULT now() NOT NULL /* 5 */;

-- column user_roles.granted_by
ALTER TABLE user_roles ADD COLUMN granted_by uuid /* 4 */;

-- column user_roles.id
ALTER TABLE user_roles ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column user_roles.role_id
ALTER TABLE user_roles ADD COLUMN role_id uuid NOT NULL /* 3 */;

-- column user_roles.user_id
ALTER TABLE user_roles ADD COLUMN user_id uuid NOT NULL /* 2 */;

-- column user_sessions.created_at
ALTER TABLE user_sessions ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 9 */;

-- column user_sessions.expires_at
ALTER TABLE user_sessions ADD COLUMN expires_at timestamp with time zone NOT NULL /* 8 */;

-- column user_sessions.id
ALTER TABLE user_sessions ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column user_sessions.ip_address
ALTER TABLE user_sessions ADD COLUMN ip_address inet /* 4 */;

-- column user_sessions.is_active
ALTER TABLE user_sessions ADD COLUMN is_active boolean DEFAULT true NOT NULL /* 6 */;

-- column user_sessions.last_activity_at
ALTER TABLE user_sessions ADD COLUMN last_activity_at timestamp with time zone DEFAULT now() /* 7 */;

-- column user_sessions.session_token
ALTER TABLE user_sessions ADD COLUMN session_token text NOT NULL /* 3 */;

-- column user_sessions.user_agent
ALTER TABLE user_sessions ADD COLUMN user_agent text /* 5 */;

-- column user_sessions.user_id
ALTER TABLE user_sessions ADD COLUMN user_id uuid NOT NULL /* 2 */;

-- column users.created_at
ALTER TABLE users ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 12 */;

-- column users.email
ALTER TABLE users ADD COLUMN email text /* 3 */;

-- column users.failed_login_attempts
ALTER TABLE users ADD COLUMN failed_login_attempts integer DEFAULT 0 NOT NULL /* 9 */;

-- column users.id
ALTER TABLE users ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column users.is_active
ALTER TABLE users ADD COLUMN is_active boolean DEFAULT true NOT NULL /* 7 */;

-- column users.is_locked
ALTER TABLE users ADD COLUMN is_locked boolean DEFAULT false NOT NULL /* 8 */;

-- column users.last_login_at
ALTER TABLE users ADD COLUMN last_login_at timestamp with time zone /* 10 */;

-- column users.mfa_secret
ALTER TABLE users ADD COLUMN mfa_secret text /* 6 */;

-- column users.password_changed_at
ALTER TABLE users ADD COLUMN password_changed_at timestamp with time zone DEFAULT now() /* 11 */;

-- column users.password_hash
ALTER TABLE users ADD COLUMN password_hash text NOT NULL /* 4 */;

-- column users.salt
ALTER TABLE users ADD COLUMN salt text GENERATED ALWAYS AS (split_part(password_hash, '$'::text, '-2'::integer)) STORED NOT NULL /* 5 */;

-- column users.updated_at
ALTER TABLE users ADD COLUMN updated_at timestamp with time zone DEFAULT now() NOT NULL /* 13 */;

-- column users.username
ALTER TABLE users ADD COLUMN username text NOT NULL /* 2 */;

-- constraint agent_capabilities.agent_capabilities_agent_id_capability_name_key
ALTER TABLE agent_capabilities ADD CONSTRAINT agent_capabilities_agent_id_capability_name_key UNIQUE (agent_id, capability_name);

-- constraint agent_capabilities.agent_capabilities_pkey
ALTER TABLE agent_capabilities ADD CONSTRAINT agent_capabilities_pkey PRIMARY KEY (id);

-- constraint agent_capabilities.fk_agent_capabilities_agent
ALTER TABLE agent_capabilities ADD CONSTRAINT fk_agent_capabilities_agent FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

-- constraint agent_connections.agent_connections_agent_id_connection_id_key
ALTER TABLE agent_connections ADD CONSTRAINT agent_connections_agent_id_connection_id_key UNIQUE (agent_id, connection_id);

-- constraint agent_connections.agent_connections_agent_id_fkey
ALTER TABLE agent_connections ADD CONSTRAINT agent_connections_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

-- constraint agent_connections.agent_connections_connection_pool_size_check
ALTER TABLE agent_connections ADD CONSTRAINT agent_connections_connection_pool_size_check CHECK (connection_pool_size > 0);

-- constraint agent_connections.agent_connections_database_name_check
ALTER TABLE agent_connections ADD CONSTRAINT agent_connections_database_name_check CHECK (database_name ~ '^[^\s/?#%@&=]+$'::text);

-- constraint agent_connections.agent_connections_host_check
ALTER TABLE agent_connections ADD CONSTRAINT agent_connections_host_check CHECK (host ~ '^([\w.-]+|\[[0-9a-fA-F:.]+\])$'::text);

-- constraint agent_connections.agent_connections_max_connections_check
ALTER TABLE agent_connections ADD CONSTRAINT agent_connections_max_connections_check CHECK (max_connections >= connection_pool_size);

-- constraint agent_connections.agent_connections_pkey
ALTER TABLE agent_connections ADD CONSTRAINT agent_connections_pkey PRIMARY KEY (id);

-- constraint agent_connections.agent_connections_port_check
ALTER TABLE agent_connections ADD CONSTRAINT agent_connections_port_check CHECK (port >= 1 AND port <= 65535);

-- constraint agent_dependencies.agent_dependencies_agent_id_depends_on_agent_id_key
ALTER TABLE agent_dependencies ADD CONSTRAINT agent_dependencies_agent_id_depends_on_agent_id_key UNIQUE (agent_id, depends_on_agent_id);

-- constraint agent_dependencies.agent_dependencies_dependency_type_check
ALTER TABLE agent_dependencies ADD CONSTRAINT agent_dependencies_dependency_type_check CHECK (dependency_type = ANY (ARRAY['required'::text, 'optional'::text, 'preferred'::text]));

-- constraint agent_dependencies.agent_dependencies_pkey
ALTER TABLE agent_dependencies ADD CONSTRAINT agent_dependencies_pkey PRIMARY KEY (id);

-- constraint agent_dependencies.chk_no_self_dependency
ALTER TABLE agent_dependencies ADD CONSTRAINT chk_no_self_dependency CHECK (agent_id <> depends_on_agent_id);

-- constraint agent_dependencies.fk_agent_dependencies_agent
ALTER TABLE agent_dependencies ADD CONSTRAINT fk_agent_dependencies_agent FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

-- constraint agent_dependencies.fk_agent_dependencies_depends
ALTER TABLE agent_dependencies ADD CONSTRAINT fk_agent_dependencies_depends FOREIGN KEY (depends_on_agent_id) REFERENCES agents(id) ON DELETE CASCADE;

-- constraint agent_instances.agent_instances_error_count_check
ALTER TABLE agent_instances ADD CONSTRAINT agent_instances_error_count_check CHECK (error_count >= 0);

-- constraint agent_instances.agent_instances_pkey
ALTER TABLE agent_instances ADD CONSTRAINT agent_instances_pkey PRIMARY KEY (id);

-- constraint agent_instances.agent_instances_port_check
ALTER TABLE agent_instances ADD CONSTRAINT agent_instances_port_check CHECK (port >= 1 AND port <= 65535);

-- constraint agent_instances.agent_instances_restart_count_check
ALTER TABLE agent_instances ADD CONSTRAINT agent_instances_restart_count_check CHECK (restart_count >= 0);

-- constraint agent_instances.agent_instances_status_check
ALTER TABLE agent_instances ADD CONSTRAINT agent_instances_status_check CHECK (status = ANY (ARRAY['starting'::text, 'running'::text, 'stopping'::text, 'stopped'::text, 'error'::text, 'crashed'::text]));

-- constraint agent_instances.chk_heartbeat_after_start
ALTER TABLE agent_instances ADD CONSTRAINT chk_heartbeat_after_start CHECK (last_heartbeat IS NULL OR last_heartbeat >= started_at);

-- constraint agent_instances.fk_agent_instances_agent
ALTER TABLE agent_instances ADD CONSTRAINT fk_agent_instances_agent FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

-- constraint agent_permissions.agent_permissions_agent_resource_permission_key
ALTER TABLE agent_permissions ADD CONSTRAINT agent_permissions_agent_resource_permission_key UNIQUE NULLS NOT DISTINCT (agent_id, resource_type, resource_id, permission);

-- constraint agent_permissions.agent_permissions_granted_by_fkey
ALTER TABLE agent_permissions ADD CONSTRAINT agent_permissions_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES users(id) ON DELETE SET NULL;

-- constraint agent_permissions.agent_permissions_pkey
ALTER TABLE agent_permissions ADD CONSTRAINT agent_permissions_pkey PRIMARY KEY (id);

-- constraint agent_permissions.fk_agent_permissions_agent
ALTER TABLE agent_permissions ADD CONSTRAINT fk_agent_permissions_agent FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

-- constraint agent_sessions.agent_sessions_agent_id_fkey
ALTER TABLE agent_sessions ADD CONSTRAINT agent_sessions_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

-- constraint agent_sessions.agent_sessions_pkey
ALTER TABLE agent_sessions ADD CONSTRAINT agent_sessions_pkey PRIMARY KEY (id);

-- constraint agents.agents_agent_type_check
ALTER TABLE agents ADD CONSTRAINT agents_agent_type_check CHECK (agent_type = ANY (ARRAY['analyst'::text, 'architect'::text, 'engineer'::text, 'operator'::text, 'coordinator'::text, 'specialist'::text]));

-- constraint agents.agents_created_by_fkey
ALTER TABLE agents ADD CONSTRAINT agents_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL;

-- constraint agents.agents_pkey
ALTER TABLE agents ADD CONSTRAINT agents_pkey PRIMARY KEY (id);

-- constraint agents.agents_status_check
ALTER TABLE agents ADD CONSTRAINT agents_status_check CHECK (status = ANY (ARRAY['active'::text, 'inactive'::text, 'error'::text, 'suspended'::text, 'maintenance'::text]));

-- constraint agents.agents_version_check
ALTER TABLE agents ADD CONSTRAINT agents_version_check CHECK (version > 0);

-- constraint api_keys.api_key_owner
ALTER TABLE api_keys ADD CONSTRAINT api_key_owner CHECK (agent_id IS NOT NULL AND user_id IS NULL OR agent_id IS NULL AND user_id IS NOT NULL);

-- constraint api_keys.api_keys_agent_id_fkey
ALTER TABLE api_keys ADD CONSTRAINT api_keys_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

-- constraint api_keys.api_keys_key_hash_check
ALTER TABLE api_keys ADD CONSTRAINT api_keys_key_hash_check CHECK (key_hash ~ '^[0-9a-f]{64}$'::text);

-- constraint api_keys.api_keys_pkey
ALTER TABLE api_keys ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

-- constraint api_keys.api_keys_user_id_fkey
ALTER TABLE api_keys ADD CONSTRAINT api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

-- constraint api_keys.chk_api_key_expires_future
ALTER TABLE api_keys ADD CONSTRAINT chk_api_key_expires_future CHECK (expires_at IS NULL OR expires_at > created_at);

-- constraint audit_log.audit_log_pkey
ALTER TABLE audit_log ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id, created_at);

-- constraint configuration_history.configuration_history_pkey
ALTER TABLE configuration_history ADD CONSTRAINT configuration_history_pkey PRIMARY KEY (id);

-- constraint configuration_history.configuration_history_values_check
ALTER TABLE configuration_history ADD CONSTRAINT configuration_history_values_check CHECK (old_value IS NOT NULL OR new_value IS NOT NULL);

-- constraint configurations.configurations_created_by_fkey
ALTER TABLE configurations ADD CONSTRAINT configurations_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL;

-- constraint configurations.configurations_environment_check
ALTER TABLE configurations ADD CONSTRAINT configurations_environment_check CHECK (environment = ANY (ARRAY['development'::text, 'staging'::text, 'production'::text, 'testing'::text]));

-- constraint configurations.configurations_pkey
ALTER TABLE configurations ADD CONSTRAINT configurations_pkey PRIMARY KEY (id);

-- constraint configurations.configurations_version_check
ALTER TABLE configurations ADD CONSTRAINT configurations_version_check CHECK (version > 0);

-- constraint configurations.fk_configurations_agent
ALTER TABLE configurations ADD CONSTRAINT fk_configurations_agent FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

-- constraint errors.errors_agent_id_fkey
ALTER TABLE errors ADD CONSTRAINT errors_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE SET NULL;

-- constraint errors.errors_pkey
ALTER TABLE errors ADD CONSTRAINT errors_pkey PRIMARY KEY (id);

-- constraint errors.errors_resolved_at_check
ALTER TABLE errors ADD CONSTRAINT errors_resolved_at_check CHECK (resolved_at IS NULL OR is_resolved AND resolved_at >= created_at);

-- constraint errors.errors_resolved_by_fkey
ALTER TABLE errors ADD CONSTRAINT errors_resolved_by_fkey FOREIGN KEY (resolved_by) REFERENCES users(id) ON DELETE SET NULL;

-- constraint errors.errors_severity_check
ALTER TABLE errors ADD CONSTRAINT errors_severity_check CHECK (severity = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text]));

-- constraint feature_flags.feature_flags_created_by_fkey
ALTER TABLE feature_flags ADD CONSTRAINT feature_flags_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL;

-- constraint feature_flags.feature_flags_name_key
ALTER TABLE feature_flags ADD CONSTRAINT feature_flags_name_key UNIQUE (name);

-- constraint feature_flags.feature_flags_pkey
ALTER TABLE feature_flags ADD CONSTRAINT feature_flags_pkey PRIMARY KEY (id);

-- constraint feature_flags.feature_flags_rollout_percentage_check
ALTER TABLE feature_flags ADD CONSTRAINT feature_flags_rollout_percentage_check CHECK (rollout_percentage >= 0 AND rollout_percentage <= 100);

-- constraint health_checks.health_checks_agent_id_fkey
ALTER TABLE health_checks ADD CONSTRAINT health_checks_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE SET NULL;

-- constraint health_checks.health_checks_pkey
ALTER TABLE health_checks ADD CONSTRAINT health_checks_pkey PRIMARY KEY (id);

-- constraint health_checks.health_checks_response_time_ms_check
ALTER TABLE health_checks ADD CONSTRAINT health_checks_response_time_ms_check CHECK (response_time_ms >= 0);

-- constraint health_checks.health_checks_status_check
ALTER TABLE health_checks ADD CONSTRAINT health_checks_status_check CHECK (status = ANY (ARRAY['healthy'::text, 'degraded'::text, 'unhealthy'::text, 'unknown'::text]));

-- constraint message_queues.message_queues_current_size_check
ALTER TABLE message_queues ADD CONSTRAINT message_queues_current_size_check CHECK (current_size >= 0 AND current_size <= max_size);

-- constraint message_queues.message_queues_max_size_check
ALTER TABLE message_queues ADD CONSTRAINT message_queues_max_size_check CHECK (max_size > 0);

-- constraint message_queues.message_queues_name_key
ALTER TABLE message_queues ADD CONSTRAINT message_queues_name_key UNIQUE (name);

-- constraint message_queues.message_queues_pkey
ALTER TABLE message_queues ADD CONSTRAINT message_queues_pkey PRIMARY KEY (id);

-- constraint message_queues.message_queues_queue_type_check
ALTER TABLE message_queues ADD CONSTRAINT message_queues_queue_type_check CHECK (queue_type = ANY (ARRAY['fifo'::text, 'priority'::text, 'delayed'::text, 'retry'::text]));

-- constraint messages.chk_delivered_after_sent
ALTER TABLE messages ADD CONSTRAINT chk_delivered_after_sent CHECK (delivered_at IS NULL OR sent_at IS NULL OR delivered_at >= sent_at);

-- constraint messages.chk_message_agents_different
ALTER TABLE messages ADD CONSTRAINT chk_message_agents_different CHECK (from_agent_id <> to_agent_id OR from_agent_id IS NULL OR to_agent_id IS NULL);

-- constraint messages.chk_processed_after_delivered
ALTER TABLE messages ADD CONSTRAINT chk_processed_after_delivered CHECK (processed_at IS NULL OR delivered_at IS NULL OR processed_at >= delivered_at);

-- constraint messages.chk_sent_after_created
ALTER TABLE messages ADD CONSTRAINT chk_sent_after_created CHECK (sent_at IS NULL OR sent_at >= created_at);

-- constraint messages.fk_messages_from_agent
ALTER TABLE messages ADD CONSTRAINT fk_messages_from_agent FOREIGN KEY (from_agent_id) REFERENCES agents(id) ON DELETE SET NULL;

-- constraint messages.fk_messages_to_agent
ALTER TABLE messages ADD CONSTRAINT fk_messages_to_agent FOREIGN KEY (to_agent_id) REFERENCES agents(id) ON DELETE SET NULL;

-- constraint messages.messages_max_retries_check
ALTER TABLE messages ADD CONSTRAINT messages_max_retries_check CHECK (max_retries >= 0);

-- constraint messages.messages_parent_check
ALTER TABLE messages ADD CONSTRAINT messages_parent_check CHECK ((parent_message_id IS NULL) = (parent_created_at IS NULL));

-- constraint messages.messages_pkey
ALTER TABLE messages ADD CONSTRAINT messages_pkey PRIMARY KEY (id, created_at);

-- constraint messages.messages_priority_check
ALTER TABLE messages ADD CONSTRAINT messages_priority_check CHECK (priority >= 1 AND priority <= 10);

-- constraint messages.messages_retry_count_check
ALTER TABLE messages ADD CONSTRAINT messages_retry_count_check CHECK (retry_count >= 0);

-- constraint messages.messages_status_check
ALTER TABLE messages ADD CONSTRAINT messages_status_check CHECK (status = ANY (ARRAY['pending'::text, 'sent'::text, 'delivered'::text, 'processed'::text, 'failed'::text, 'expired'::text]));

-- constraint metrics.metrics_metric_type_check
ALTER TABLE metrics ADD CONSTRAINT metrics_metric_type_check CHECK (metric_type = ANY (ARRAY['counter'::text, 'gauge'::text, 'histogram'::text, 'timer'::text]));

-- constraint metrics.metrics_pkey
ALTER TABLE metrics ADD CONSTRAINT metrics_pkey PRIMARY KEY (id, recorded_at);

-- constraint partition_policies.partition_policies_on_expiry_check
ALTER TABLE partition_policies ADD CONSTRAINT partition_policies_on_expiry_check CHECK (on_expiry = ANY (ARRAY['drop'::text, 'archive'::text]));

-- constraint partition_policies.partition_policies_pkey
ALTER TABLE partition_policies ADD CONSTRAINT partition_policies_pkey PRIMARY KEY (table_name);

-- constraint partition_policies.partition_policies_retention_months_check
ALTER TABLE partition_policies ADD CONSTRAINT partition_policies_retention_months_check CHECK (retention_months > 0);

-- constraint roles.roles_name_key
ALTER TABLE roles ADD CONSTRAINT roles_name_key UNIQUE (name);

-- constraint roles.roles_pkey
ALTER TABLE roles ADD CONSTRAINT roles_pkey PRIMARY KEY (id);

-- constraint schema_versions.schema_versions_pkey
ALTER TABLE schema_versions ADD CONSTRAINT schema_versions_pkey PRIMARY KEY (version);

-- constraint schema_versions.schema_versions_version_check
ALTER TABLE schema_versions ADD CONSTRAINT schema_versions_version_check CHECK (version > 0);

-- constraint transport_channels.transport_channels_channel_type_check
ALTER TABLE transport_channels ADD CONSTRAINT transport_channels_channel_type_check CHECK (channel_type = ANY (ARRAY['agent_to_agent'::text, 'broadcast'::text, 'system'::text, 'monitoring'::text]));

-- constraint transport_channels.transport_channels_name_key
ALTER TABLE transport_channels ADD CONSTRAINT transport_channels_name_key UNIQUE (name);

-- constraint transport_channels.transport_channels_pkey
ALTER TABLE transport_channels ADD CONSTRAINT transport_channels_pkey PRIMARY KEY (id);

-- constraint user_roles.fk_user_roles_role
ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_role FOREIGN KEY (role_id) REFERENCES roles(id) ON DELETE CASCADE;

-- constraint user_roles.fk_user_roles_user
ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_user FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

-- constraint user_roles.user_roles_granted_by_fkey
ALTER TABLE user_roles ADD CONSTRAINT user_roles_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES users(id) ON DELETE SET NULL;

-- constraint user_roles.user_roles_pkey
ALTER TABLE user_roles ADD CONSTRAINT user_roles_pkey PRIMARY KEY (id);

-- constraint user_sessions.chk_session_expires_future
ALTER TABLE user_sessions ADD CONSTRAINT chk_session_expires_future CHECK (expires_at > created_at);

-- constraint user_sessions.user_sessions_pkey
ALTER TABLE user_sessions ADD CONSTRAINT user_sessions_pkey PRIMARY KEY (id);

-- constraint user_sessions.user_sessions_session_token_check
ALTER TABLE user_sessions ADD CONSTRAINT user_sessions_session_token_check CHECK (session_token ~ '^[0-9a-f]{64}$'::text);

-- constraint user_sessions.user_sessions_user_id_fkey
ALTER TABLE user_sessions ADD CONSTRAINT user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

-- constraint users.users_email_check
ALTER TABLE users ADD CONSTRAINT users_email_check CHECK (email ~ '^[^@\s]+@[^@\s]+$'::text);

-- constraint users.users_failed_login_attempts_check
ALTER TABLE users ADD CONSTRAINT users_failed_login_attempts_check CHECK (failed_login_attempts >= 0);

-- constraint users.users_password_hash_check
ALTER TABLE users ADD CONSTRAINT users_password_hash_check CHECK (password_hash ~ '^\$(argon2i?d?|scrypt|pbkdf2-sha(256|512))(\$v=\d+)?(\$([a-z]+=\d+,?)+)(\$[\w+/.-]{11,}){2}$'::text);

-- constraint users.users_pkey
ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY (id);

-- constraint users.users_username_check
ALTER TABLE users ADD CONSTRAINT users_username_check CHECK (username ~ '^\S(.*\S)?$'::text);

-- index agent_capabilities_capability_name_idx
CREATE INDEX agent_capabilities_capability_name_idx ON agent_capabilities USING btree (capability_name) WHERE enabled;

-- index agent_dependencies_depends_on_agent_id_idx
CREATE INDEX agent_dependencies_depends_on_agent_id_idx ON agent_dependencies USING btree (depends_on_agent_id);

-- index agent_permissions_granted_by_idx
CREATE INDEX agent_permissions_granted_by_idx ON agent_permissions USING btree (granted_by) WHERE granted_by IS NOT NULL;

-- index agent_sessions_agent_id_idx
CREATE INDEX agent_sessions_agent_id_idx ON agent_sessions USING btree (agent_id);

-- index agents_created_by_idx
CREATE INDEX agents_created_by_idx ON agents USING btree (created_by) WHERE created_by IS NOT NULL;

-- index api_keys_user_id_idx
CREATE INDEX api_keys_user_id_idx ON api_keys USING btree (user_id) WHERE user_id IS NOT NULL;

-- index audit_log_created_at_idx
CREATE INDEX audit_log_created_at_idx ON ONLY audit_log USING btree (created_at);

-- index configuration_history_configuration_id_idx
CREATE INDEX configuration_history_configuration_id_idx ON configuration_history USING btree (configuration_id, created_at);

-- index configurations_created_by_idx
CREATE INDEX configurations_created_by_idx ON configurations USING btree (created_by) WHERE created_by IS NOT NULL;

-- index errors_resolved_by_idx
CREATE INDEX errors_resolved_by_idx ON errors USING btree (resolved_by) WHERE resolved_by IS NOT NULL;

-- index feature_flags_created_by_idx
CREATE INDEX feature_flags_created_by_idx ON feature_flags USING btree (created_by) WHERE created_by IS NOT NULL;

-- index idx_agent_instances_agent_id
CREATE INDEX idx_agent_instances_agent_id ON agent_instances USING btree (agent_id);

-- index idx_agent_instances_heartbeat
CREATE INDEX idx_agent_instances_heartbeat ON agent_instances USING btree (last_heartbeat) WHERE status = 'running'::text;

-- index idx_agent_instances_host
CREATE INDEX idx_agent_instances_host ON agent_instances USING btree (host_name, status);

-- index idx_agent_instances_status
CREATE INDEX idx_agent_instances_status ON agent_instances USING btree (status);

-- index idx_agent_sessions_agent_active
CREATE UNIQUE INDEX idx_agent_sessions_agent_active ON agent_sessions USING btree (agent_id) WHERE is_active;

-- index idx_agents_capabilities
CREATE INDEX idx_agents_capabilities ON agents USING gin (capabilities);

-- index idx_agents_claude_config
CREATE INDEX idx_agents_claude_config ON agents USING gin (claude_cli_config jsonb_path_ops);

-- index idx_agents_config_type
CREATE INDEX idx_agents_config_type ON agents USING btree ((configuration ->> 'type'::text));

-- index idx_agents_configuration
CREATE INDEX idx_agents_configuration ON agents USING gin (configuration jsonb_path_ops);

-- index idx_agents_name
CREATE UNIQUE INDEX idx_agents_name ON agents USING btree (name);

-- index idx_agents_type_status
CREATE INDEX idx_agents_type_status ON agents USING btree (agent_type, status);

-- index idx_api_keys_agent
CREATE INDEX idx_api_keys_agent ON api_keys USING btree (agent_id) WHERE agent_id IS NOT NULL;

-- index idx_api_keys_hash
CREATE UNIQUE INDEX idx_api_keys_hash ON api_keys USING btree (key_hash);

-- index idx_audit_log_agent_time
CREATE INDEX idx_audit_log_agent_time ON ONLY audit_log USING btree (agent_id, created_at);

-- index idx_audit_log_event_type
CREATE INDEX idx_audit_log_event_type ON ONLY audit_log USING btree (event_type, created_at);

-- index idx_audit_log_user_time
CREATE INDEX idx_audit_log_user_time ON ONLY audit_log USING btree (user_id, created_at);

-- index idx_audit_metadata
CREATE INDEX idx_audit_metadata ON ONLY audit_log USING gin (metadata jsonb_path_ops);

-- index idx_configurations_agent
CREATE INDEX idx_configurations_agent ON configurations USING btree (agent_id) WHERE agent_id IS NOT NULL;

-- index idx_configurations_key_env
CREATE UNIQUE INDEX idx_configurations_key_env ON configurations USING btree (key, environment, agent_id) NULLS NOT DISTINCT;

-- index idx_configurations_nested
CREATE INDEX idx_configurations_nested ON configurations USING gin (value jsonb_path_ops);

-- index idx_configurations_value
CREATE INDEX idx_configurations_value ON configurations USING gin (value);

-- index idx_errors_agent_severity
CREATE INDEX idx_errors_agent_severity ON errors USING btree (agent_id, severity, is_resolved);

-- index idx_feature_flags_enabled
CREATE INDEX idx_feature_flags_enabled ON feature_flags USING btree (is_enabled, name);

-- index idx_health_checks_agent_time
CREATE INDEX idx_health_checks_agent_time ON health_checks USING btree (agent_id, checked_at);

-- index idx_messages_content_priority
CREATE INDEX idx_messages_content_priority ON ONLY messages USING btree ((content -> 'priority'::text)) WHERE content ? 'priority'::text;

-- index idx_messages_correlation
CREATE INDEX idx_messages_correlation ON ONLY messages USING btree (correlation_id) WHERE correlation_id IS NOT NULL;

-- index idx_messages_expires
CREATE INDEX idx_messages_expires ON ONLY messages USING btree (expires_at) WHERE expires_at IS NOT NULL;

-- index idx_messages_from_agent
CREATE INDEX idx_messages_from_agent ON ONLY messages USING btree (from_agent_id, created_at);

-- index idx_messages_retry
CREATE INDEX idx_messages_retry ON ONLY messages USING btree (created_at) WHERE status = 'failed'::text AND retry_count < max_retries;

-- index idx_messages_to_agent_status
CREATE INDEX idx_messages_to_agent_status ON ONLY messages USING btree (to_agent_id, priority, created_at) WHERE status = 'pending'::text;

-- index idx_messages_type_priority
CREATE INDEX idx_messages_type_priority ON ONLY messages USING btree (message_type, priority);

-- index idx_metrics_agent_time
CREATE INDEX idx_metrics_agent_time ON ONLY metrics USING btree (agent_id, recorded_at);

-- index idx_metrics_name_time
CREATE INDEX idx_metrics_name_time ON ONLY metrics USING btree (metric_name, recorded_at);

-- index idx_metrics_tags
CREATE INDEX idx_metrics_tags ON ONLY metrics USING gin (tags jsonb_path_ops);

-- index idx_user_roles_role
CREATE INDEX idx_user_roles_role ON user_roles USING btree (role_id);

-- index idx_user_roles_user
CREATE UNIQUE INDEX idx_user_roles_user ON user_roles USING btree (user_id, role_id);

-- index idx_user_sessions_token
CREATE UNIQUE INDEX idx_user_sessions_token ON user_sessions USING btree (session_token);

-- index idx_user_sessions_user_active
CREATE INDEX idx_user_sessions_user_active ON user_sessions USING btree (user_id, is_active);

-- index idx_users_active
CREATE INDEX idx_users_active ON users USING btree (last_login_at) WHERE is_active;

-- index idx_users_email
CREATE UNIQUE INDEX idx_users_email ON users USING btree (lower(email)) WHERE email IS NOT NULL;

-- index idx_users_username
CREATE UNIQUE INDEX idx_users_username ON users USING btree (lower(username));

-- index messages_parent_message_id_idx
CREATE INDEX messages_parent_message_id_idx ON ONLY messages USING btree (parent_message_id) WHERE parent_message_id IS NOT NULL;

-- index messages_to_agent_id_idx
CREATE INDEX messages_to_agent_id_idx ON ONLY messages USING btree (to_agent_id, created_at);

-- index metrics_metric_type_recorded_at_idx
CREATE INDEX metrics_metric_type_recorded_at_idx ON ONLY metrics USING btree (metric_type, recorded_at);

-- index user_roles_granted_by_idx
CREATE INDEX user_roles_granted_by_idx ON user_roles USING btree (granted_by) WHERE granted_by IS NOT NULL;

-- function attach_month(parent regclass, key_column name, month_name text, from_month timestamp with time zone, to_month timestamp with time zone, patience integer)
CREATE OR REPLACE FUNCTION attach_month(parent regclass, key_column name, month_name text, from_month timestamp with time zone, to_month timestamp with time zone, patience integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
DECLARE
    month CONSTANT text := format('%I.%I', current_schema(), month_name);
    in_month CONSTANT text := format('%1$I >= %2$L AND %1$I < %3$L', key_column, from_month, to_month);
    rest regclass;
    has_strays boolean := FALSE;
    guard record;
BEGIN
    SELECT b.partition INTO rest
    FROM partition_bounds(parent) AS b
    WHERE b.lower_bound IS NULL;
    IF rest IS NOT NULL THEN
        EXECUTE format('SELECT count(*) > 0 FROM (SELECT FROM %s WHERE %s LIMIT 1) AS s', rest, in_month)
        INTO has_strays;
    END IF;

    -- A writer that was on its way into the DEFAULT partition with a row of this month would find that it no longer
    -- belongs there, and fail. So writers are kept out at the parent, from where they find the new way. Where the month
    -- has rows already, that is worth waiting for; where it has none, a long transaction is not waited for.
    IF has_strays THEN
        EXECUTE format('LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE', parent);
    ELSE
        WHILE patience > 0 LOOP
            BEGIN
                EXECUTE format('LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE NOWAIT', parent);
                EXIT;
            EXCEPTION
                WHEN lock_not_available THEN
                    patience := patience - 1;
                    PERFORM pg_sleep(0.01);
            END;
        END LOOP;
    END IF;

    -- Made apart and attached: CREATE TABLE … PARTITION OF would wait for every open insert, and all later ones for
    -- it.
    EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL)', month, parent);
    -- Policies of the parent do not hold for who addresses a partition: without one of its own, nobody but the owner
    -- sees anything there.
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', month);
    FOR guard IN
        SELECT
            t.tgname AS trigger_name,
            t.tgfoid::regprocedure AS trigger_function
        FROM pg_trigger AS t
        -- BEFORE TRUNCATE: PostgreSQL gives a partition the parent's triggers on rows, and no others.
        WHERE t.tgrelid = parent AND t.tgtype = 34 AND NOT t.tgisinternal
    LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s',
            guard.trigger_name, month, guard.trigger_function
        );
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', month, guard.trigger_name);
    END LOOP;

    IF rest IS NOT NULL THEN
        EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', rest);
        EXECUTE format('SELECT count(*) > 0 FROM (SELECT FROM %s WHERE %s LIMIT 1) AS s', rest, in_month)
        INTO has_strays;
        IF has_strays THEN
            -- Moving a row of the audit trail is not changing it, and nobody can read or write it meanwhile.
            EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', rest);
            EXECUTE format(
                'WITH moved AS (DELETE FROM %s WHERE %s RETURNING *) INSERT INTO %s SELECT * FROM moved',
                rest, in_month, month
            );
            FOR guard IN
                SELECT
                    t.tgname AS trigger_name,
                    CASE p.tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END AS enable
                FROM pg_trigger AS t
                INNER JOIN pg_trigger AS p ON p.tgrelid = parent AND t.tgname = p.tgname
                WHERE t.tgrelid = rest AND NOT t.tgisinternal
            LOOP
                EXECUTE format('ALTER TABLE %s %s TRIGGER %I', rest, guard.enable, guard.trigger_name);
            END LOOP;
        END IF;
    END IF;

    EXECUTE format(
        'ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', parent, month, from_month, to_month
    );
    RETURN greatest(patience, 1);
END;
$function$
;

-- function create_monthly_partitions(table_name text, months_ahead integer, as_of timestamp with time zone)
CREATE OR REPLACE FUNCTION create_monthly_partitions(table_name text, months_ahead integer DEFAULT 3, as_of timestamp with time zone DEFAULT now())
 RETURNS SETOF text
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET lock_timeout TO '1s'
AS $function$
DECLARE
    parent regclass;
    key_column name;
    home CONSTANT name := current_schema();
    from_month timestamptz;
    to_month timestamptz;
    month_name text;
    overlapping text;
    is_covered boolean;
    patience integer := 20;
BEGIN
    SELECT t.parent, t.key_column INTO parent, key_column
    FROM partitioned_table(table_name) AS t;
    IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 120 THEN
        RAISE EXCEPTION 'months_ahead is %, and not from 0 to 120', coalesce(months_ahead::text, 'NULL')
        USING ERRCODE = 'invalid_parameter_value';
    END IF;

    -- One maintainer at a time. Reading and writing go on.
    FOR attempt IN 1..5 LOOP
        BEGIN
            EXECUTE format('LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE', parent);
            EXIT;
        EXCEPTION
            WHEN lock_not_available OR deadlock_detected THEN
                IF attempt = 5 THEN
                    RAISE;
                END IF;
                PERFORM pg_sleep(random() * attempt / 5);
        END;
    END LOOP;

    FOR ahead IN 0..months_ahead LOOP
        from_month := date_trunc('month', as_of) + make_interval(months => ahead);
        to_month := from_month + interval '1 month';
        month_name := table_name || to_char(from_month, '_YYYY_MM');

        SELECT
            string_agg(b.partition::text, ', '),
            bool_or(b.lower_bound <= from_month AND b.upper_bound >= to_month)
        INTO overlapping, is_covered
        FROM partition_bounds(parent) AS b
        WHERE b.lower_bound < to_month AND b.upper_bound > from_month;
        CONTINUE WHEN is_covered;
        IF overlapping IS NOT NULL THEN
            RAISE EXCEPTION 'a part of the month from % is in % already', from_month, overlapping
            USING ERRCODE = 'invalid_object_definition';
        END IF;
        IF to_regclass(format('%I.%I', home, month_name)) IS NOT NULL THEN
            RAISE EXCEPTION '% exists, and is not a partition of %', quote_ident(month_name), parent
            USING ERRCODE = 'duplicate_table', HINT = 'rename it, or attach it yourself';
        END IF;

        -- All locks or none: what was got before a failure is given back with the block.
        FOR attempt IN 1..5 LOOP
            BEGIN
                patience := attach_month(parent, key_column, month_name, from_month, to_month, patience);
                EXIT;
            EXCEPTION
                WHEN lock_not_available OR deadlock_detected THEN
                    IF attempt = 5 THEN
                        RAISE;
                    END IF;
                    PERFORM pg_sleep(random() * attempt / 5);
            END;
        END LOOP;
        RETURN NEXT month_name;
    END LOOP;
END;
$function$
;

-- function current_agent_id()
CREATE OR REPLACE FUNCTION current_agent_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (NULLIF(current_setting('app.current_agent_id'::text, true), ''::text))::uuid
;

-- function current_user_id()
CREATE OR REPLACE FUNCTION current_user_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (NULLIF(current_setting('app.current_user_id'::text, true), ''::text))::uuid
;

-- function database_health_check()
CREATE OR REPLACE FUNCTION database_health_check()
 RETURNS TABLE(check_name text, status text, details jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT
        'database_size'::text AS check_name,
        CASE WHEN s.bytes < 100::bigint * 1024 * 1024 * 1024 THEN 'healthy' ELSE 'warning' END AS status,
        jsonb_build_object('size_bytes', s.bytes, 'size_pretty', pg_size_pretty(s.bytes)) AS details
    FROM (SELECT pg_database_size(current_database()) AS bytes) AS s
    UNION ALL
    SELECT
        'connection_count',
        CASE WHEN c.in_use < 0.8 * c.allowed THEN 'healthy' ELSE 'warning' END,
        jsonb_build_object('connections', c.in_use, 'max_connections', c.allowed)
    FROM (
        SELECT
            sum(d.numbackends) AS in_use,
            current_setting('max_connections')::integer AS allowed
        FROM pg_stat_database AS d
    ) AS c
    UNION ALL
    SELECT
        'replication_lag',
        CASE WHEN coalesce(r.lag_seconds, 0) < 30 THEN 'healthy' ELSE 'warning' END,
        jsonb_build_object('replicas', r.replicas, 'lag_seconds', r.lag_seconds)
    FROM (
        SELECT
            count(*) AS replicas,
            max(extract(EPOCH FROM l.replay_lag)) AS lag_seconds
        FROM pg_stat_replication AS l
    ) AS r
    UNION ALL
    SELECT
        'partition_maintenance',
        CASE
            WHEN count(*) FILTER (WHERE NOT m.has_current) > 0 THEN 'error'
            WHEN count(*) FILTER (WHERE NOT m.has_next OR m.has_strays) > 0 THEN 'warning'
            ELSE 'healthy'
        END,
        jsonb_build_object(
            'tables_checked', coalesce(jsonb_agg(m.table_name ORDER BY m.table_name), '[]'),
            'without_current_month',
            coalesce(jsonb_agg(m.table_name ORDER BY m.table_name) FILTER (WHERE NOT m.has_current), '[]'),
            'without_next_month',
            coalesce(jsonb_agg(m.table_name ORDER BY m.table_name) FILTER (WHERE NOT m.has_next), '[]'),
            'rows_in_default',
            coalesce(jsonb_agg(m.table_name ORDER BY m.table_name) FILTER (WHERE m.has_strays), '[]')
        )
    FROM (
        SELECT
            p.table_name,
            coalesce(bool_or(b.lower_bound <= now() AND b.upper_bound > now()), FALSE) AS has_current,
            coalesce(
                bool_or(b.lower_bound <= now() + interval '1 month' AND b.upper_bound > now() + interval '1 month'),
                FALSE
            ) AS has_next,
            CASE p.table_name
                WHEN 'messages' THEN exists(SELECT 1 FROM messages_default)
                WHEN 'audit_log' THEN exists(SELECT 1 FROM audit_log_default)
                WHEN 'metrics' THEN exists(SELECT 1 FROM metrics_default)
                ELSE FALSE
            END AS has_strays
        FROM partition_policies AS p
        CROSS JOIN LATERAL partitioned_table(p.table_name) AS t
        LEFT JOIN LATERAL partition_bounds(t.parent) AS b ON TRUE
        GROUP BY p.table_name
    ) AS m
$function$
;

-- function drop_old_partitions(table_name text, retention_months integer, dry_run boolean, as_of timestamp with time zone)
CREATE OR REPLACE FUNCTION drop_old_partitions(table_name text, retention_months integer DEFAULT NULL::integer, dry_run boolean DEFAULT true, as_of timestamp with time zone DEFAULT now())
 RETURNS TABLE(partition_name text, upper_bound timestamp with time zone, size_bytes bigint, action text)
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET lock_timeout TO '1s'
AS $function$
#variable_conflict use_column
DECLARE
    parent regclass;
    key_column name;
    home CONSTANT name := current_schema();
    archive CONSTANT text := current_schema() || '_archive';
    policy partition_policies;
    months integer;
    cutoff timestamptz;
    old record;
    kept regclass;
    is_recent boolean := FALSE;
BEGIN
    SELECT t.parent, t.key_column INTO parent, key_column
    FROM partitioned_table(table_name) AS t;
    SELECT p.* INTO policy
    FROM partition_policies AS p
    WHERE p.table_name = drop_old_partitions.table_name;
    months := coalesce(drop_old_partitions.retention_months, policy.retention_months);
    IF months < 1 THEN
        RAISE EXCEPTION 'retention_months is %, which keeps nothing', months USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF as_of IS NULL OR as_of > now() THEN
        RAISE EXCEPTION 'as_of is %, which is in the future', coalesce(as_of::text, 'NULL')
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    cutoff := date_trunc('month', as_of) - make_interval(months => months);

    FOR old IN
        SELECT b.partition, b.upper_bound, c.relname
        FROM partition_bounds(parent) AS b
        INNER JOIN pg_class AS c ON b.partition = c.oid
        WHERE b.upper_bound <= cutoff
        ORDER BY b.upper_bound
    LOOP
        -- A clock that is years ahead makes everything old. The rows know better: something must be younger.
        IF NOT is_recent THEN
            FOR kept IN
                SELECT b.partition
                FROM partition_bounds(parent) AS b
                WHERE b.upper_bound > cutoff OR b.upper_bound IS NULL
                ORDER BY b.upper_bound DESC NULLS LAST
            LOOP
                EXECUTE format(
                    'SELECT count(*) > 0 FROM (SELECT FROM %s WHERE %I >= $1 AND %I <= $2 LIMIT 1) AS s',
                    kept, key_column, key_column
                )
                INTO is_recent
                USING cutoff, as_of;
                EXIT WHEN is_recent;
            END LOOP;
            IF NOT is_recent THEN
                RAISE EXCEPTION '% has no row from % to %: nothing is dropped', parent, cutoff, as_of
                USING
                    ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'the clock is ahead of the data; when it is right, drop the partitions by hand';
            END IF;
        END IF;

        partition_name := old.relname::text;
        upper_bound := old.upper_bound;
        size_bytes := pg_total_relation_size(old.partition);
        action := CASE
            WHEN policy.on_expiry = 'archive' THEN format('archive as %I.%I', archive, old.relname)
            ELSE 'drop'
        END;
        IF dry_run IS NOT FALSE THEN
            action := 'would ' || action;
            RETURN NEXT;
            CONTINUE;
        END IF;

        FOR attempt IN 1..5 LOOP
            BEGIN
                EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', parent, old.partition);
                EXIT;
            EXCEPTION
                WHEN lock_not_available OR deadlock_detected THEN
                    IF attempt = 5 THEN
                        RAISE;
                    END IF;
                    PERFORM pg_sleep(random() * attempt / 5);
            END;
        END LOOP;
        IF policy.on_expiry = 'archive' THEN
            IF octet_length(archive) > 63 THEN
                RAISE EXCEPTION 'the name of schema % leaves no room for the one of its archive', home
                USING ERRCODE = 'name_too_long';
            END IF;
            PERFORM 1 FROM pg_namespace AS n WHERE n.nspname = archive;
            IF NOT FOUND THEN
                EXECUTE format('CREATE SCHEMA %I', archive);
            END IF;
            EXECUTE format('ALTER TABLE %s SET SCHEMA %I', old.partition, archive);
            -- Detached, it has lost the triggers that it had from its parent.
            EXECUTE format(
                'CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I.%I FOR EACH ROW EXECUTE FUNCTION refuse_change()',
                table_name || '_append_only', archive, old.relname
            );
            EXECUTE format(
                'ALTER TABLE %I.%I ENABLE ALWAYS TRIGGER %I', archive, old.relname, table_name || '_append_only'
            );
        ELSE
            EXECUTE format('DROP TABLE %s', old.partition);
        END IF;
        RETURN NEXT;
    END LOOP;
END;
$function$
;

-- function execute_migration(migration_version integer, migration_description text, migration_sql text, rollback_sql text)
CREATE OR REPLACE FUNCTION execute_migration(migration_version integer, migration_description text, migration_sql text, rollback_sql text DEFAULT NULL::text)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
#variable_conflict use_variable
DECLARE
    digest CONSTANT text := encode(sha256(convert_to(migration_sql, 'UTF8')), 'hex');
    applied schema_versions;
    head integer;
BEGIN
    IF migration_version IS NULL OR migration_description IS NULL OR migration_sql IS NULL THEN
        RAISE EXCEPTION 'a migration has a version, a description and SQL' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    -- Until the end of the transaction; whoever reads the versions is not kept waiting.
    LOCK TABLE schema_versions IN SHARE ROW EXCLUSIVE MODE;

    SELECT v.* INTO applied
    FROM schema_versions AS v
    WHERE v.version = migration_version;
    IF FOUND THEN
        IF applied.checksum <> digest THEN
            RAISE EXCEPTION 'Migration % was applied with other SQL', migration_version
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'put the change into a new migration';
        END IF;
        RAISE NOTICE 'Migration % already applied', migration_version;
        RETURN FALSE;
    END IF;

    SELECT coalesce(max(v.version), 0) INTO head
    FROM schema_versions AS v;
    IF migration_version <> head + 1 THEN
        RAISE EXCEPTION 'Migration % is out of order: the next one is %', migration_version, head + 1
        USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;

    EXECUTE migration_sql;
    INSERT INTO schema_versions (version, description, rollback_sql, checksum)
    VALUES (migration_version, migration_description, rollback_sql, digest);
    RAISE NOTICE 'Migration % applied successfully', migration_version;
    RETURN TRUE;
END;
$function$
;

-- function get_agent_connection(agent_uuid uuid)
CREATE OR REPLACE FUNCTION get_agent_connection(agent_uuid uuid)
 RETURNS TABLE(connection_string text, pool_size integer, max_connections integer)
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    UPDATE agent_connections AS c
    SET last_used_at = now()
    WHERE
        c.id = (
            SELECT o.id
            FROM agent_connections AS o
            WHERE o.agent_id = agent_uuid AND o.is_active
            ORDER BY o.last_used_at ASC NULLS FIRST, o.id ASC
            LIMIT 1
        )
    RETURNING
        format('postgresql://%s:%s/%s', c.host, c.port, c.database_name),
        c.connection_pool_size,
        c.max_connections;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'No active connection found for agent %', agent_uuid USING ERRCODE = 'no_data_found';
    END IF;
END;
$function$
;

-- function load_agent_state(agent_uuid uuid)
CREATE OR REPLACE FUNCTION load_agent_state(agent_uuid uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH found AS (
        UPDATE agent_sessions AS s
        SET last_activity_at = now()
        WHERE s.agent_id = agent_uuid AND s.is_active AND (s.expires_at IS NULL OR s.expires_at > now())
        RETURNING s.session_data
    )
    SELECT coalesce((SELECT f.session_data FROM found AS f), '{}'::jsonb)
$function$
;

-- function partition_bounds(parent regclass)
CREATE OR REPLACE FUNCTION partition_bounds(parent regclass)
 RETURNS TABLE(partition regclass, lower_bound timestamp with time zone, upper_bound timestamp with time zone)
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET "DateStyle" TO 'ISO, YMD'
AS $function$
    SELECT
        c.oid::regclass AS partition,
        CASE b.bounds[1] WHEN 'MINVALUE' THEN '-infinity' ELSE trim(b.bounds[1], '''') END::timestamptz AS lower_bound,
        CASE b.bounds[2] WHEN 'MAXVALUE' THEN 'infinity' ELSE trim(b.bounds[2], '''') END::timestamptz AS upper_bound
    FROM pg_inherits AS i
    INNER JOIN pg_class AS c ON i.inhrelid = c.oid
    CROSS JOIN LATERAL (
        SELECT regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \((.+)\) TO \((.+)\)$') AS bounds
    ) AS b
    WHERE i.inhparent = parent
    ORDER BY lower_bound, c.relname
$function$
;

-- function partitioned_table(table_name text)
CREATE OR REPLACE FUNCTION partitioned_table(table_name text)
 RETURNS TABLE(parent regclass, key_column name)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT
        c.oid::regclass,
        a.attname
    FROM partition_policies AS p
    INNER JOIN pg_class AS c ON p.table_name = c.relname
    INNER JOIN pg_class AS ours ON c.relnamespace = ours.relnamespace AND ours.oid = 'partition_policies'::regclass
    INNER JOIN pg_partitioned_table AS t ON c.oid = t.partrelid AND t.partstrat = 'r' AND t.partnatts = 1
    INNER JOIN pg_attribute AS a ON t.partrelid = a.attrelid AND t.partattrs[0] = a.attnum
    WHERE p.table_name = partitioned_table.table_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% is not a partitioned table of partition_policies', coalesce(quote_ident(table_name), 'NULL')
        USING ERRCODE = 'wrong_object_type', HINT = 'SELECT * FROM partition_policies lists them';
    END IF;
END;
$function$
;

-- function record_configuration_change()
CREATE OR REPLACE FUNCTION record_configuration_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    redacted CONSTANT jsonb := '"[redacted]"'::jsonb;
    subject configurations;
    old_value jsonb;
    new_value jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        subject := OLD;
    ELSE
        subject := NEW;
        new_value := CASE WHEN NEW.is_secret OR NEW.is_encrypted THEN redacted ELSE NEW.value END;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        -- What becomes a secret now was one before.
        old_value := CASE
            WHEN OLD.is_secret OR OLD.is_encrypted OR subject.is_secret OR subject.is_encrypted THEN redacted
            ELSE OLD.value
        END;
    END IF;
    INSERT INTO configuration_history (
        configuration_id, old_value, new_value, changed_by, change_reason, configuration_key, environment, agent_id
    )
    VALUES (
        subject.id, old_value, new_value, current_user_id(), nullif(current_setting('app.change_reason', TRUE), ''),
        subject.key, subject.environment, subject.agent_id
    );
    IF TG_OP = 'UPDATE' AND (NEW.is_secret OR NEW.is_encrypted) AND NOT (OLD.is_secret OR OLD.is_encrypted) THEN
        UPDATE configuration_history AS h
        SET
            old_value = CASE WHEN h.old_value IS NOT NULL THEN redacted END,
            new_value = CASE WHEN h.new_value IS NOT NULL THEN redacted END
        WHERE h.configuration_id = NEW.id;
    END IF;
    RETURN NULL;
END;
$function$
;

-- function refuse_change()
CREATE OR REPLACE FUNCTION refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    RAISE EXCEPTION '% of % is refused: the audit trail is append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END;
$function$
;

-- function refuse_dependency_cycle()
CREATE OR REPLACE FUNCTION refuse_dependency_cycle()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    circle boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(TG_RELID::integer, 0);
    WITH RECURSIVE needed (agent_id) AS (
        VALUES (NEW.depends_on_agent_id)
        UNION
        SELECT d.depends_on_agent_id
        FROM agent_dependencies AS d
        INNER JOIN needed AS n ON d.agent_id = n.agent_id
        WHERE d.id <> NEW.id
    )
    SELECT count(*) > 0 INTO circle
    FROM needed AS n
    WHERE n.agent_id = NEW.agent_id;
    IF circle THEN
        RAISE EXCEPTION 'agent % cannot depend on agent %, which depends on it', NEW.agent_id, NEW.depends_on_agent_id
        USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            SCHEMA = TG_TABLE_SCHEMA,
            CONSTRAINT = 'agent_dependencies_no_cycle';
    END IF;
    RETURN NEW;
END;
$function$
;

-- function rollback_migration(migration_version integer)
CREATE OR REPLACE FUNCTION rollback_migration(migration_version integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    applied schema_versions;
    head integer;
    versions CONSTANT regclass := 'schema_versions'::regclass;
BEGIN
    LOCK TABLE schema_versions IN SHARE ROW EXCLUSIVE MODE;

    SELECT v.* INTO applied
    FROM schema_versions AS v
    WHERE v.version = migration_version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Migration % not found', migration_version USING ERRCODE = 'no_data_found';
    END IF;
    SELECT max(v.version) INTO head
    FROM schema_versions AS v;
    IF migration_version <> head THEN
        RAISE EXCEPTION 'Migration % is not the last one: roll back % first', migration_version, head
        USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF applied.rollback_sql IS NULL THEN
        RAISE EXCEPTION 'No rollback SQL available for migration %', migration_version
        USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;

    EXECUTE applied.rollback_sql;
    PERFORM 1 FROM pg_class AS c WHERE c.oid = versions;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The rollback of migration % drops schema_versions', migration_version
        USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'it was undone, and everything is as before';
    END IF;
    DELETE FROM schema_versions AS v
    WHERE v.version = migration_version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The rollback of migration % changes schema_versions', migration_version
        USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'it was undone, and everything is as before';
    END IF;
    RAISE NOTICE 'Migration % rolled back successfully', migration_version;
    RETURN TRUE;
END;
$function$
;

-- function save_agent_state(agent_uuid uuid, state_data jsonb)
CREATE OR REPLACE FUNCTION save_agent_state(agent_uuid uuid, state_data jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    INSERT INTO agent_sessions AS s (agent_id, session_data, last_activity_at)
    VALUES (agent_uuid, state_data, now())
    ON CONFLICT (agent_id) WHERE is_active DO UPDATE
    SET
        session_data = excluded.session_data,
        last_activity_at = excluded.last_activity_at,
        -- A session that is used again lives again; load_agent_state would not find what was saved.
        expires_at = CASE WHEN s.expires_at > now() THEN s.expires_at END;
    RETURN TRUE;
END;
$function$
;

-- function set_updated_at()
CREATE OR REPLACE FUNCTION set_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$function$
;

-- view index_usage
CREATE VIEW index_usage WITH (security_invoker=true) AS
 SELECT u.schemaname,
    u.relname AS tablename,
    u.indexrelname AS indexname,
    u.idx_tup_read,
    u.idx_tup_fetch,
    u.idx_scan,
    pg_size_pretty(pg_relation_size(u.indexrelid::regclass)) AS index_size
   FROM pg_class a
     JOIN pg_class i ON a.relnamespace = i.relnamespace
     JOIN pg_stat_user_indexes u ON i.oid = u.indexrelid
  WHERE a.oid = 'agents'::regclass::oid
  ORDER BY u.idx_scan DESC, u.indexrelname;

-- view table_sizes
CREATE VIEW table_sizes WITH (security_invoker=true) AS
 SELECT n.nspname AS schemaname,
    c.relname AS tablename,
    pg_size_pretty(sum(pg_total_relation_size(COALESCE(t.relid, c.oid::regclass)))) AS size,
    sum(pg_total_relation_size(COALESCE(t.relid, c.oid::regclass)))::bigint AS size_bytes
   FROM pg_class a
     JOIN pg_namespace n ON a.relnamespace = n.oid
     JOIN pg_class c ON n.oid = c.relnamespace AND (c.relkind = ANY (ARRAY['r'::"char", 'p'::"char"]))
     LEFT JOIN LATERAL pg_partition_tree(c.oid::regclass) t(relid, parentrelid, isleaf, level) ON c.relkind = 'p'::"char"
  WHERE a.oid = 'agents'::regclass::oid
  GROUP BY n.nspname, c.relname
  ORDER BY (sum(pg_total_relation_size(COALESCE(t.relid, c.oid::regclass)))::bigint) DESC, c.relname;

-- trigger agent_dependencies.agent_dependencies_no_cycle
CREATE TRIGGER agent_dependencies_no_cycle BEFORE INSERT OR UPDATE ON agent_dependencies FOR EACH ROW WHEN (new.agent_id <> new.depends_on_agent_id) EXECUTE FUNCTION refuse_dependency_cycle();

-- trigger agents.agents_set_updated_at
CREATE TRIGGER agents_set_updated_at BEFORE UPDATE ON agents FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- trigger audit_log.audit_log_append_only
CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change() /* always */;

-- trigger audit_log.audit_log_no_truncate
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change() /* always */;

-- trigger audit_log_default.audit_log_no_truncate
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log_default FOR EACH STATEMENT EXECUTE FUNCTION refuse_change() /* always */;

-- trigger configurations.configurations_history
CREATE TRIGGER configurations_history AFTER INSERT OR DELETE OR UPDATE ON configurations FOR EACH ROW EXECUTE FUNCTION record_configuration_change();

-- trigger configurations.configurations_set_updated_at
CREATE TRIGGER configurations_set_updated_at BEFORE UPDATE ON configurations FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- trigger feature_flags.feature_flags_set_updated_at
CREATE TRIGGER feature_flags_set_updated_at BEFORE UPDATE ON feature_flags FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- trigger message_queues.message_queues_set_updated_at
CREATE TRIGGER message_queues_set_updated_at BEFORE UPDATE ON message_queues FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- trigger roles.roles_set_updated_at
CREATE TRIGGER roles_set_updated_at BEFORE UPDATE ON roles FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- trigger transport_channels.transport_channels_set_updated_at
CREATE TRIGGER transport_channels_set_updated_at BEFORE UPDATE ON transport_channels FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- trigger users.users_set_updated_at
CREATE TRIGGER users_set_updated_at BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- row security agent_connections
ALTER TABLE agent_connections ENABLE ROW LEVEL SECURITY; ALTER TABLE agent_connections FORCE ROW LEVEL SECURITY;

-- row security agent_instances
ALTER TABLE agent_instances ENABLE ROW LEVEL SECURITY; ALTER TABLE agent_instances FORCE ROW LEVEL SECURITY;

-- row security agent_permissions
ALTER TABLE agent_permissions ENABLE ROW LEVEL SECURITY; ALTER TABLE agent_permissions FORCE ROW LEVEL SECURITY;

-- row security agent_sessions
ALTER TABLE agent_sessions ENABLE ROW LEVEL SECURITY; ALTER TABLE agent_sessions FORCE ROW LEVEL SECURITY;

-- row security api_keys
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY; ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;

-- row security audit_log
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY; ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;

-- row security audit_log_default
ALTER TABLE audit_log_default ENABLE ROW LEVEL SECURITY;

-- row security configuration_history
ALTER TABLE configuration_history ENABLE ROW LEVEL SECURITY;

-- row security configurations
ALTER TABLE configurations ENABLE ROW LEVEL SECURITY; ALTER TABLE configurations FORCE ROW LEVEL SECURITY;

-- row security errors
ALTER TABLE errors ENABLE ROW LEVEL SECURITY; ALTER TABLE errors FORCE ROW LEVEL SECURITY;

-- row security health_checks
ALTER TABLE health_checks ENABLE ROW LEVEL SECURITY; ALTER TABLE health_checks FORCE ROW LEVEL SECURITY;

-- row security messages
ALTER TABLE messages ENABLE ROW LEVEL SECURITY; ALTER TABLE messages FORCE ROW LEVEL SECURITY;

-- row security messages_default
ALTER TABLE messages_default ENABLE ROW LEVEL SECURITY;

-- row security metrics
ALTER TABLE metrics ENABLE ROW LEVEL SECURITY; ALTER TABLE metrics FORCE ROW LEVEL SECURITY;

-- row security metrics_default
ALTER TABLE metrics_default ENABLE ROW LEVEL SECURITY;

-- row security user_roles
ALTER TABLE user_roles ENABLE ROW LEVEL SECURITY; ALTER TABLE user_roles FORCE ROW LEVEL SECURITY;

-- row security user_sessions
ALTER TABLE user_sessions ENABLE ROW LEVEL SECURITY; ALTER TABLE user_sessions FORCE ROW LEVEL SECURITY;

-- row security users
ALTER TABLE users ENABLE ROW LEVEL SECURITY; ALTER TABLE users FORCE ROW LEVEL SECURITY;

-- policy agent_connections.agent_connections_admin
CREATE POLICY agent_connections_admin ON agent_connections AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy agent_connections.agent_connections_own
CREATE POLICY agent_connections_own ON agent_connections AS PERMISSIVE FOR ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)));

-- policy agent_instances.agent_instances_admin
CREATE POLICY agent_instances_admin ON agent_instances AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy agent_instances.agent_instances_own
CREATE POLICY agent_instances_own ON agent_instances AS PERMISSIVE FOR ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)));

-- policy agent_instances.agent_instances_seen
CREATE POLICY agent_instances_seen ON agent_instances AS PERMISSIVE FOR SELECT TO agent_user, application_user USING (true);

-- policy agent_permissions.agent_permissions_admin
CREATE POLICY agent_permissions_admin ON agent_permissions AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy agent_permissions.agent_permissions_own
CREATE POLICY agent_permissions_own ON agent_permissions AS PERMISSIVE FOR SELECT TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)));

-- policy agent_sessions.agent_sessions_admin
CREATE POLICY agent_sessions_admin ON agent_sessions AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy agent_sessions.agent_sessions_own
CREATE POLICY agent_sessions_own ON agent_sessions AS PERMISSIVE FOR ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)));

-- policy api_keys.api_keys_admin
CREATE POLICY api_keys_admin ON api_keys AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy api_keys.api_keys_of_agent
CREATE POLICY api_keys_of_agent ON api_keys AS PERMISSIVE FOR SELECT TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)));

-- policy api_keys.api_keys_of_user
CREATE POLICY api_keys_of_user ON api_keys AS PERMISSIVE FOR SELECT TO application_user USING (user_id = (( SELECT current_user_id() AS current_user_id)));

-- policy audit_log.audit_by_agent
CREATE POLICY audit_by_agent ON audit_log AS PERMISSIVE FOR INSERT TO agent_user WITH CHECK (agent_id = (( SELECT current_agent_id() AS current_agent_id)) AND user_id IS NULL);

-- policy audit_log.audit_by_user
CREATE POLICY audit_by_user ON audit_log AS PERMISSIVE FOR INSERT TO application_user WITH CHECK (user_id = (( SELECT current_user_id() AS current_user_id)));

-- policy audit_log.audit_log_admin
CREATE POLICY audit_log_admin ON audit_log AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy audit_log.audit_read_only
CREATE POLICY audit_read_only ON audit_log AS PERMISSIVE FOR SELECT TO application_user USING (true);

-- policy configuration_history.configuration_history_admin
CREATE POLICY configuration_history_admin ON configuration_history AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy configuration_history.configuration_history_own
CREATE POLICY configuration_history_own ON configuration_history AS PERMISSIVE FOR SELECT TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)));

-- policy configurations.agent_config_isolation
CREATE POLICY agent_config_isolation ON configurations AS PERMISSIVE FOR ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)));

-- policy configurations.configurations_admin
CREATE POLICY configurations_admin ON configurations AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy configurations.configurations_shared
CREATE POLICY configurations_shared ON configurations AS PERMISSIVE FOR SELECT TO application_user USING (agent_id IS NULL AND NOT is_secret);

-- policy errors.errors_admin
CREATE POLICY errors_admin ON errors AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy errors.errors_own
CREATE POLICY errors_own ON errors AS PERMISSIVE FOR ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)));

-- policy errors.errors_seen
CREATE POLICY errors_seen ON errors AS PERMISSIVE FOR SELECT TO application_user USING (true);

-- policy health_checks.health_checks_admin
CREATE POLICY health_checks_admin ON health_checks AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy health_checks.health_checks_own
CREATE POLICY health_checks_own ON health_checks AS PERMISSIVE FOR ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)));

-- policy health_checks.health_checks_seen
CREATE POLICY health_checks_seen ON health_checks AS PERMISSIVE FOR SELECT TO application_user USING (true);

-- policy messages.messages_admin
CREATE POLICY messages_admin ON messages AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy messages.messages_handle
CREATE POLICY messages_handle ON messages AS PERMISSIVE FOR UPDATE TO agent_user USING (
CASE ( SELECT current_agent_id() AS current_agent_id)
    WHEN to_agent_id THEN true
    ELSE false
END);

-- policy messages.messages_read
CREATE POLICY messages_read ON messages AS PERMISSIVE FOR SELECT TO agent_user USING (
CASE ( SELECT current_agent_id() AS current_agent_id)
    WHEN to_agent_id THEN true
    WHEN from_agent_id THEN true
    ELSE false
END);

-- policy messages.messages_send
CREATE POLICY messages_send ON messages AS PERMISSIVE FOR INSERT TO agent_user WITH CHECK (from_agent_id = (( SELECT current_agent_id() AS current_agent_id)));

-- policy metrics.metrics_admin
CREATE POLICY metrics_admin ON metrics AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy metrics.metrics_own
CREATE POLICY metrics_own ON metrics AS PERMISSIVE FOR ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)));

-- policy metrics.metrics_seen
CREATE POLICY metrics_seen ON metrics AS PERMISSIVE FOR SELECT TO application_user USING (true);

-- policy user_roles.user_roles_admin
CREATE POLICY user_roles_admin ON user_roles AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy user_roles.user_roles_own
CREATE POLICY user_roles_own ON user_roles AS PERMISSIVE FOR SELECT TO application_user USING (user_id = (( SELECT current_user_id() AS current_user_id)));

-- policy user_sessions.user_sessions_admin
CREATE POLICY user_sessions_admin ON user_sessions AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- policy user_sessions.user_sessions_own
CREATE POLICY user_sessions_own ON user_sessions AS PERMISSIVE FOR ALL TO application_user USING (user_id = (( SELECT current_user_id() AS current_user_id)));

-- policy users.user_isolation
CREATE POLICY user_isolation ON users AS PERMISSIVE FOR ALL TO application_user USING (id = (( SELECT current_user_id() AS current_user_id)));

-- policy users.users_admin
CREATE POLICY users_admin ON users AS PERMISSIVE FOR ALL TO mister_smith_admin USING (true);

-- grant column agent_connections.last_used_at to agent_user
GRANT UPDATE (last_used_at) ON TABLE agent_connections TO agent_user;

-- grant column audit_log.action to agent_user
GRANT INSERT (action) ON TABLE audit_log TO agent_user;

-- grant column audit_log.action to application_user
GRANT INSERT (action) ON TABLE audit_log TO application_user;

-- grant column audit_log.agent_id to agent_user
GRANT INSERT (agent_id) ON TABLE audit_log TO agent_user;

-- grant column audit_log.agent_id to application_user
GRANT INSERT (agent_id) ON TABLE audit_log TO application_user;

-- grant column audit_log.correlation_id to agent_user
GRANT INSERT (correlation_id) ON TABLE audit_log TO agent_user;

-- grant column audit_log.correlation_id to application_user
GRANT INSERT (correlation_id) ON TABLE audit_log TO application_user;

-- grant column audit_log.event_type to agent_user
GRANT INSERT (event_type) ON TABLE audit_log TO agent_user;

-- grant column audit_log.event_type to application_user
GRANT INSERT (event_type) ON TABLE audit_log TO application_user;

-- grant column audit_log.ip_address to agent_user
GRANT INSERT (ip_address) ON TABLE audit_log TO agent_user;

-- grant column audit_log.ip_address to application_user
GRANT INSERT (ip_address) ON TABLE audit_log TO application_user;

-- grant column audit_log.metadata to agent_user
GRANT INSERT (metadata) ON TABLE audit_log TO agent_user;

-- grant column audit_log.metadata to application_user
GRANT INSERT (metadata) ON TABLE audit_log TO application_user;

-- grant column audit_log.new_values to agent_user
GRANT INSERT (new_values) ON TABLE audit_log TO agent_user;

-- grant column audit_log.new_values to application_user
GRANT INSERT (new_values) ON TABLE audit_log TO application_user;

-- grant column audit_log.old_values to agent_user
GRANT INSERT (old_values) ON TABLE audit_log TO agent_user;

-- grant column audit_log.old_values to application_user
GRANT INSERT (old_values) ON TABLE audit_log TO application_user;

-- grant column audit_log.resource_id to agent_user
GRANT INSERT (resource_id) ON TABLE audit_log TO agent_user;

-- grant column audit_log.resource_id to application_user
GRANT INSERT (resource_id) ON TABLE audit_log TO application_user;

-- grant column audit_log.resource_type to agent_user
GRANT INSERT (resource_type) ON TABLE audit_log TO agent_user;

-- grant column audit_log.resource_type to application_user
GRANT INSERT (resource_type) ON TABLE audit_log TO application_user;

-- grant column audit_log.session_id to agent_user
GRANT INSERT (session_id) ON TABLE audit_log TO agent_user;

-- grant column audit_log.session_id to application_user
GRANT INSERT (session_id) ON TABLE audit_log TO application_user;

-- grant column audit_log.user_agent to agent_user
GRANT INSERT (user_agent) ON TABLE audit_log TO agent_user;

-- grant column audit_log.user_agent to application_user
GRANT INSERT (user_agent) ON TABLE audit_log TO application_user;

-- grant column audit_log.user_id to agent_user
GRANT INSERT (user_id) ON TABLE audit_log TO agent_user;

-- grant column audit_log.user_id to application_user
GRANT INSERT (user_id) ON TABLE audit_log TO application_user;

-- grant column errors.agent_id to agent_user
GRANT INSERT (agent_id) ON TABLE errors TO agent_user;

-- grant column errors.context to agent_user
GRANT INSERT (context) ON TABLE errors TO agent_user;

-- grant column errors.error_code to agent_user
GRANT INSERT (error_code) ON TABLE errors TO agent_user;

-- grant column errors.error_type to agent_user
GRANT INSERT (error_type) ON TABLE errors TO agent_user;

-- grant column errors.message to agent_user
GRANT INSERT (message) ON TABLE errors TO agent_user;

-- grant column errors.severity to agent_user
GRANT INSERT (severity) ON TABLE errors TO agent_user;

-- grant column errors.stack_trace to agent_user
GRANT INSERT (stack_trace) ON TABLE errors TO agent_user;

-- grant column health_checks.agent_id to agent_user
GRANT INSERT (agent_id) ON TABLE health_checks TO agent_user;

-- grant column health_checks.check_name to agent_user
GRANT INSERT (check_name) ON TABLE health_checks TO agent_user;

-- grant column health_checks.details to agent_user
GRANT INSERT (details) ON TABLE health_checks TO agent_user;

-- grant column health_checks.response_time_ms to agent_user
GRANT INSERT (response_time_ms) ON TABLE health_checks TO agent_user;

-- grant column health_checks.status to agent_user
GRANT INSERT (status) ON TABLE health_checks TO agent_user;

-- grant column messages.claude_cli_context to agent_user
GRANT INSERT (claude_cli_context) ON TABLE messages TO agent_user;

-- grant column messages.content to agent_user
GRANT INSERT (content) ON TABLE messages TO agent_user;

-- grant column messages.correlation_id to agent_user
GRANT INSERT (correlation_id) ON TABLE messages TO agent_user;

-- grant column messages.delivered_at to agent_user
GRANT UPDATE (delivered_at) ON TABLE messages TO agent_user;

-- grant column messages.error_message to agent_user
GRANT UPDATE (error_message) ON TABLE messages TO agent_user;

-- grant column messages.expires_at to agent_user
GRANT INSERT (expires_at) ON TABLE messages TO agent_user;

-- grant column messages.from_agent_id to agent_user
GRANT INSERT (from_agent_id) ON TABLE messages TO agent_user;

-- grant column messages.max_retries to agent_user
GRANT INSERT (max_retries) ON TABLE messages TO agent_user;

-- grant column messages.message_type to agent_user
GRANT INSERT (message_type) ON TABLE messages TO agent_user;

-- grant column messages.parent_created_at to agent_user
GRANT INSERT (parent_created_at) ON TABLE messages TO agent_user;

-- grant column messages.parent_message_id to agent_user
GRANT INSERT (parent_message_id) ON TABLE messages TO agent_user;

-- grant column messages.priority to agent_user
GRANT INSERT (priority) ON TABLE messages TO agent_user;

-- grant column messages.processed_at to agent_user
GRANT UPDATE (processed_at) ON TABLE messages TO agent_user;

-- grant column messages.retry_count to agent_user
GRANT UPDATE (retry_count) ON TABLE messages TO agent_user;

-- grant column messages.sent_at to agent_user
GRANT UPDATE (sent_at) ON TABLE messages TO agent_user;

-- grant column messages.status to agent_user
GRANT UPDATE (status) ON TABLE messages TO agent_user;

-- grant column messages.subject to agent_user
GRANT INSERT (subject) ON TABLE messages TO agent_user;

-- grant column messages.to_agent_id to agent_user
GRANT INSERT (to_agent_id) ON TABLE messages TO agent_user;

-- grant column metrics.agent_id to agent_user
GRANT INSERT (agent_id) ON TABLE metrics TO agent_user;

-- grant column metrics.metric_name to agent_user
GRANT INSERT (metric_name) ON TABLE metrics TO agent_user;

-- grant column metrics.metric_type to agent_user
GRANT INSERT (metric_type) ON TABLE metrics TO agent_user;

-- grant column metrics.metric_value to agent_user
GRANT INSERT (metric_value) ON TABLE metrics TO agent_user;

-- grant column metrics.tags to agent_user
GRANT INSERT (tags) ON TABLE metrics TO agent_user;

-- grant column metrics.unit to agent_user
GRANT INSERT (unit) ON TABLE metrics TO agent_user;

-- grant column user_sessions.is_active to application_user
GRANT UPDATE (is_active) ON TABLE user_sessions TO application_user;

-- grant column user_sessions.last_activity_at to application_user
GRANT UPDATE (last_activity_at) ON TABLE user_sessions TO application_user;

-- grant column users.email to application_user
GRANT UPDATE (email) ON TABLE users TO application_user;

-- grant column users.mfa_secret to application_user
GRANT UPDATE (mfa_secret) ON TABLE users TO application_user;

-- grant column users.password_changed_at to application_user
GRANT UPDATE (password_changed_at) ON TABLE users TO application_user;

-- grant column users.password_hash to application_user
GRANT UPDATE (password_hash) ON TABLE users TO application_user;

-- grant function current_agent_id() to agent_user
GRANT EXECUTE ON FUNCTION current_agent_id() TO agent_user;

-- grant function current_agent_id() to application_user
GRANT EXECUTE ON FUNCTION current_agent_id() TO application_user;

-- grant function current_agent_id() to mister_smith_admin
GRANT EXECUTE ON FUNCTION current_agent_id() TO mister_smith_admin;

-- grant function current_user_id() to agent_user
GRANT EXECUTE ON FUNCTION current_user_id() TO agent_user;

-- grant function current_user_id() to application_user
GRANT EXECUTE ON FUNCTION current_user_id() TO application_user;

-- grant function current_user_id() to mister_smith_admin
GRANT EXECUTE ON FUNCTION current_user_id() TO mister_smith_admin;

-- grant function database_health_check() to mister_smith_admin
GRANT EXECUTE ON FUNCTION database_health_check() TO mister_smith_admin;

-- grant function get_agent_connection(agent_uuid uuid) to agent_user
GRANT EXECUTE ON FUNCTION get_agent_connection(agent_uuid uuid) TO agent_user;

-- grant function get_agent_connection(agent_uuid uuid) to mister_smith_admin
GRANT EXECUTE ON FUNCTION get_agent_connection(agent_uuid uuid) TO mister_smith_admin;

-- grant function load_agent_state(agent_uuid uuid) to agent_user
GRANT EXECUTE ON FUNCTION load_agent_state(agent_uuid uuid) TO agent_user;

-- grant function load_agent_state(agent_uuid uuid) to mister_smith_admin
GRANT EXECUTE ON FUNCTION load_agent_state(agent_uuid uuid) TO mister_smith_admin;

-- grant function save_agent_state(agent_uuid uuid, state_data jsonb) to agent_user
GRANT EXECUTE ON FUNCTION save_agent_state(agent_uuid uuid, state_data jsonb) TO agent_user;

-- grant function save_agent_state(agent_uuid uuid, state_data jsonb) to mister_smith_admin
GRANT EXECUTE ON FUNCTION save_agent_state(agent_uuid uuid, state_data jsonb) TO mister_smith_admin;

-- grant schema of the schema to agent_user
GRANT USAGE ON SCHEMA of the schema TO agent_user;

-- grant schema of the schema to application_user
GRANT USAGE ON SCHEMA of the schema TO application_user;

-- grant schema of the schema to mister_smith_admin
GRANT USAGE ON SCHEMA of the schema TO mister_smith_admin;

-- grant schema of the schema to mister_smith_backup
GRANT USAGE ON SCHEMA of the schema TO mister_smith_backup;

-- grant schema of the schema to public
GRANT USAGE ON SCHEMA of the schema TO PUBLIC;

-- grant table agent_capabilities to agent_user
GRANT SELECT ON TABLE agent_capabilities TO agent_user;

-- grant table agent_capabilities to application_user
GRANT SELECT ON TABLE agent_capabilities TO application_user;

-- grant table agent_capabilities to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE agent_capabilities TO mister_smith_admin;

-- grant table agent_connections to agent_user
GRANT SELECT ON TABLE agent_connections TO agent_user;

-- grant table agent_connections to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE agent_connections TO mister_smith_admin;

-- grant table agent_dependencies to agent_user
GRANT SELECT ON TABLE agent_dependencies TO agent_user;

-- grant table agent_dependencies to application_user
GRANT SELECT ON TABLE agent_dependencies TO application_user;

-- grant table agent_dependencies to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE agent_dependencies TO mister_smith_admin;

-- grant table agent_instances to agent_user
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE agent_instances TO agent_user;

-- grant table agent_instances to application_user
GRANT SELECT ON TABLE agent_instances TO application_user;

-- grant table agent_instances to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE agent_instances TO mister_smith_admin;

-- grant table agent_permissions to agent_user
GRANT SELECT ON TABLE agent_permissions TO agent_user;

-- grant table agent_permissions to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE agent_permissions TO mister_smith_admin;

-- grant table agent_sessions to agent_user
GRANT INSERT, SELECT, UPDATE ON TABLE agent_sessions TO agent_user;

-- grant table agent_sessions to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE agent_sessions TO mister_smith_admin;

-- grant table agents to agent_user
GRANT SELECT ON TABLE agents TO agent_user;

-- grant table agents to application_user
GRANT SELECT ON TABLE agents TO application_user;

-- grant table agents to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE agents TO mister_smith_admin;

-- grant table api_keys to agent_user
GRANT SELECT ON TABLE api_keys TO agent_user;

-- grant table api_keys to application_user
GRANT SELECT ON TABLE api_keys TO application_user;

-- grant table api_keys to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE api_keys TO mister_smith_admin;

-- grant table audit_log to application_user
GRANT SELECT ON TABLE audit_log TO application_user;

-- grant table audit_log to mister_smith_admin
GRANT INSERT, SELECT ON TABLE audit_log TO mister_smith_admin;

-- grant table configuration_history to agent_user
GRANT SELECT ON TABLE configuration_history TO agent_user;

-- grant table configuration_history to mister_smith_admin
GRANT SELECT ON TABLE configuration_history TO mister_smith_admin;

-- grant table configurations to agent_user
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE configurations TO agent_user;

-- grant table configurations to application_user
GRANT SELECT ON TABLE configurations TO application_user;

-- grant table configurations to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE configurations TO mister_smith_admin;

-- grant table errors to agent_user
GRANT SELECT ON TABLE errors TO agent_user;

-- grant table errors to application_user
GRANT SELECT ON TABLE errors TO application_user;

-- grant table errors to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE errors TO mister_smith_admin;

-- grant table feature_flags to agent_user
GRANT SELECT ON TABLE feature_flags TO agent_user;

-- grant table feature_flags to application_user
GRANT SELECT ON TABLE feature_flags TO application_user;

-- grant table feature_flags to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE feature_flags TO mister_smith_admin;

-- grant table health_checks to agent_user
GRANT SELECT ON TABLE health_checks TO agent_user;

-- grant table health_checks to application_user
GRANT SELECT ON TABLE health_checks TO application_user;

-- grant table health_checks to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE health_checks TO mister_smith_admin;

-- grant table index_usage to mister_smith_admin
GRANT SELECT ON TABLE index_usage TO mister_smith_admin;

-- grant table message_queues to agent_user
GRANT SELECT ON TABLE message_queues TO agent_user;

-- grant table message_queues to application_user
GRANT SELECT ON TABLE message_queues TO application_user;

-- grant table message_queues to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE message_queues TO mister_smith_admin;

-- grant table messages to agent_user
GRANT SELECT ON TABLE messages TO agent_user;

-- grant table messages to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE messages TO mister_smith_admin;

-- grant table metrics to agent_user
GRANT SELECT ON TABLE metrics TO agent_user;

-- grant table metrics to application_user
GRANT SELECT ON TABLE metrics TO application_user;

-- grant table metrics to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE metrics TO mister_smith_admin;

-- grant table partition_policies to mister_smith_admin
GRANT SELECT ON TABLE partition_policies TO mister_smith_admin;

-- grant table roles to application_user
GRANT SELECT ON TABLE roles TO application_user;

-- grant table roles to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE roles TO mister_smith_admin;

-- grant table schema_versions to mister_smith_admin
GRANT SELECT ON TABLE schema_versions TO mister_smith_admin;

-- grant table table_sizes to mister_smith_admin
GRANT SELECT ON TABLE table_sizes TO mister_smith_admin;

-- grant table transport_channels to agent_user
GRANT SELECT ON TABLE transport_channels TO agent_user;

-- grant table transport_channels to application_user
GRANT SELECT ON TABLE transport_channels TO application_user;

-- grant table transport_channels to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE transport_channels TO mister_smith_admin;

-- grant table user_roles to application_user
GRANT SELECT ON TABLE user_roles TO application_user;

-- grant table user_roles to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE user_roles TO mister_smith_admin;

-- grant table user_sessions to application_user
GRANT SELECT ON TABLE user_sessions TO application_user;

-- grant table user_sessions to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE user_sessions TO mister_smith_admin;

-- grant table users to application_user
GRANT SELECT ON TABLE users TO application_user;

-- grant table users to mister_smith_admin
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE users TO mister_smith_admin;
