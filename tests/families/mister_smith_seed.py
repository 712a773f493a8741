"""The statements of seed 004, word for word, each with its first line: what the tests are measured against."""

# fmt: off
# ruff: noqa: E501
STATEMENTS: list[tuple[int, str]] = [
    (48, """CREATE TABLE schema_versions (
    version INTEGER PRIMARY KEY,
    applied_at TIMESTAMPTZ DEFAULT NOW(),
    description TEXT NOT NULL,
    rollback_sql TEXT
)"""),
    (56, """INSERT INTO schema_versions (version, description)
VALUES (1, 'Initial schema creation')"""),
    (64, """CREATE TABLE agents (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name TEXT NOT NULL UNIQUE,
    agent_type TEXT NOT NULL CHECK (agent_type IN (
        'analyst', 'architect', 'engineer', 'operator', 'coordinator', 'specialist'
    )),
    status TEXT NOT NULL DEFAULT 'inactive' CHECK (status IN (
        'active', 'inactive', 'error', 'suspended', 'maintenance'
    )),
    configuration JSONB NOT NULL DEFAULT '{}',
    capabilities TEXT[] NOT NULL DEFAULT '{}',
    version INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    created_by UUID
)"""),
    (82, """CREATE TABLE agent_instances (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    process_id TEXT,
    host_name TEXT NOT NULL,
    port INTEGER CHECK (port > 0 AND port < 65536),
    status TEXT NOT NULL DEFAULT 'starting' CHECK (status IN (
        'starting', 'running', 'stopping', 'stopped', 'error', 'crashed'
    )),
    state JSONB NOT NULL DEFAULT '{}',
    metrics JSONB NOT NULL DEFAULT '{}',
    resources JSONB NOT NULL DEFAULT '{}',
    started_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    last_heartbeat TIMESTAMPTZ DEFAULT NOW(),
    error_count INTEGER NOT NULL DEFAULT 0,
    restart_count INTEGER NOT NULL DEFAULT 0
)"""),
    (101, """CREATE TABLE agent_capabilities (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    capability_name TEXT NOT NULL,
    capability_version TEXT NOT NULL DEFAULT '1.0.0',
    parameters JSONB NOT NULL DEFAULT '{}',
    enabled BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    UNIQUE(agent_id, capability_name)
)"""),
    (113, """CREATE TABLE agent_dependencies (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    depends_on_agent_id UUID NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    dependency_type TEXT NOT NULL CHECK (dependency_type IN (
        'required', 'optional', 'preferred'
    )),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    UNIQUE(agent_id, depends_on_agent_id)
)"""),
    (129, """CREATE TABLE messages (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    from_agent_id UUID REFERENCES agents(id),
    to_agent_id UUID REFERENCES agents(id),
    message_type TEXT NOT NULL,
    subject TEXT,
    content JSONB NOT NULL,
    priority INTEGER NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 10),
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN (
        'pending', 'sent', 'delivered', 'processed', 'failed', 'expired'
    )),
    retry_count INTEGER NOT NULL DEFAULT 0,
    max_retries INTEGER NOT NULL DEFAULT 3,
    correlation_id UUID,
    parent_message_id UUID REFERENCES messages(id),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    sent_at TIMESTAMPTZ,
    delivered_at TIMESTAMPTZ,
    processed_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ,
    error_message TEXT
) PARTITION BY RANGE (created_at)"""),
    (153, """CREATE TABLE messages_2024_q1 PARTITION OF messages
    FOR VALUES FROM ('2024-01-01') TO ('2024-04-01')"""),
    (155, """CREATE TABLE messages_2024_q2 PARTITION OF messages
    FOR VALUES FROM ('2024-04-01') TO ('2024-07-01')"""),
    (157, """CREATE TABLE messages_2024_q3 PARTITION OF messages
    FOR VALUES FROM ('2024-07-01') TO ('2024-10-01')"""),
    (159, """CREATE TABLE messages_2024_q4 PARTITION OF messages
    FOR VALUES FROM ('2024-10-01') TO ('2025-01-01')"""),
    (163, """CREATE TABLE transport_channels (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name TEXT NOT NULL UNIQUE,
    channel_type TEXT NOT NULL CHECK (channel_type IN (
        'agent_to_agent', 'broadcast', 'system', 'monitoring'
    )),
    configuration JSONB NOT NULL DEFAULT '{}',
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
)"""),
    (176, """CREATE TABLE message_queues (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name TEXT NOT NULL UNIQUE,
    queue_type TEXT NOT NULL CHECK (queue_type IN (
        'fifo', 'priority', 'delayed', 'retry'
    )),
    max_size INTEGER DEFAULT 10000,
    current_size INTEGER NOT NULL DEFAULT 0,
    configuration JSONB NOT NULL DEFAULT '{}',
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
)"""),
    (195, """CREATE TABLE users (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    username TEXT NOT NULL UNIQUE,
    email TEXT UNIQUE,
    password_hash TEXT NOT NULL,
    salt TEXT NOT NULL,
    mfa_secret TEXT,
    is_active BOOLEAN NOT NULL DEFAULT true,
    is_locked BOOLEAN NOT NULL DEFAULT false,
    failed_login_attempts INTEGER NOT NULL DEFAULT 0,
    last_login_at TIMESTAMPTZ,
    password_changed_at TIMESTAMPTZ DEFAULT NOW(),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
)"""),
    (212, """CREATE TABLE roles (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name TEXT NOT NULL UNIQUE,
    description TEXT,
    permissions JSONB NOT NULL DEFAULT '{}',
    is_system_role BOOLEAN NOT NULL DEFAULT false,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
)"""),
    (223, """CREATE TABLE user_roles (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    role_id UUID NOT NULL REFERENCES roles(id) ON DELETE CASCADE,
    granted_by UUID REFERENCES users(id),
    granted_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    expires_at TIMESTAMPTZ,
    UNIQUE(user_id, role_id)
)"""),
    (234, """CREATE TABLE agent_permissions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    resource_type TEXT NOT NULL,
    resource_id TEXT,
    permission TEXT NOT NULL,
    granted_by UUID REFERENCES users(id),
    granted_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    expires_at TIMESTAMPTZ
)"""),
    (246, """CREATE TABLE api_keys (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID REFERENCES agents(id) ON DELETE CASCADE,
    user_id UUID REFERENCES users(id) ON DELETE CASCADE,
    key_hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    permissions JSONB NOT NULL DEFAULT '{}',
    is_active BOOLEAN NOT NULL DEFAULT true,
    last_used_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT api_key_owner CHECK (
        (agent_id IS NOT NULL AND user_id IS NULL) OR
        (agent_id IS NULL AND user_id IS NOT NULL)
    )
)"""),
    (268, """CREATE TABLE configurations (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    key TEXT NOT NULL,
    value JSONB NOT NULL,
    environment TEXT NOT NULL DEFAULT 'production' CHECK (environment IN (
        'development', 'staging', 'production', 'testing'
    )),
    agent_id UUID REFERENCES agents(id) ON DELETE CASCADE,
    is_encrypted BOOLEAN NOT NULL DEFAULT false,
    is_secret BOOLEAN NOT NULL DEFAULT false,
    description TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    created_by UUID REFERENCES users(id),
    UNIQUE(key, environment, agent_id)
)"""),
    (287, """CREATE TABLE configuration_history (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    configuration_id UUID NOT NULL REFERENCES configurations(id) ON DELETE CASCADE,
    old_value JSONB,
    new_value JSONB NOT NULL,
    changed_by UUID REFERENCES users(id),
    change_reason TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
)"""),
    (298, """CREATE TABLE feature_flags (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name TEXT NOT NULL UNIQUE,
    description TEXT,
    is_enabled BOOLEAN NOT NULL DEFAULT false,
    conditions JSONB NOT NULL DEFAULT '{}',
    rollout_percentage INTEGER DEFAULT 0 CHECK (rollout_percentage BETWEEN 0 AND 100),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    created_by UUID REFERENCES users(id)
)"""),
    (315, """CREATE TABLE audit_log (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    event_type TEXT NOT NULL,
    agent_id UUID REFERENCES agents(id),
    user_id UUID REFERENCES users(id),
    resource_type TEXT,
    resource_id UUID,
    action TEXT NOT NULL,
    old_values JSONB,
    new_values JSONB,
    metadata JSONB DEFAULT '{}',
    ip_address INET,
    user_agent TEXT,
    session_id UUID,
    correlation_id UUID,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
) PARTITION BY RANGE (created_at)"""),
    (334, """CREATE TABLE audit_log_2024_q1 PARTITION OF audit_log
    FOR VALUES FROM ('2024-01-01') TO ('2024-04-01')"""),
    (336, """CREATE TABLE audit_log_2024_q2 PARTITION OF audit_log
    FOR VALUES FROM ('2024-04-01') TO ('2024-07-01')"""),
    (338, """CREATE TABLE audit_log_2024_q3 PARTITION OF audit_log
    FOR VALUES FROM ('2024-07-01') TO ('2024-10-01')"""),
    (340, """CREATE TABLE audit_log_2024_q4 PARTITION OF audit_log
    FOR VALUES FROM ('2024-10-01') TO ('2025-01-01')"""),
    (344, """CREATE TABLE metrics (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID REFERENCES agents(id),
    metric_name TEXT NOT NULL,
    metric_value NUMERIC NOT NULL,
    metric_type TEXT NOT NULL CHECK (metric_type IN (
        'counter', 'gauge', 'histogram', 'timer'
    )),
    tags JSONB DEFAULT '{}',
    unit TEXT,
    recorded_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
) PARTITION BY RANGE (recorded_at)"""),
    (358, """CREATE TABLE metrics_2024_q1 PARTITION OF metrics
    FOR VALUES FROM ('2024-01-01') TO ('2024-04-01')"""),
    (360, """CREATE TABLE metrics_2024_q2 PARTITION OF metrics
    FOR VALUES FROM ('2024-04-01') TO ('2024-07-01')"""),
    (362, """CREATE TABLE metrics_2024_q3 PARTITION OF metrics
    FOR VALUES FROM ('2024-07-01') TO ('2024-10-01')"""),
    (364, """CREATE TABLE metrics_2024_q4 PARTITION OF metrics
    FOR VALUES FROM ('2024-10-01') TO ('2025-01-01')"""),
    (368, """CREATE TABLE errors (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID REFERENCES agents(id),
    error_type TEXT NOT NULL,
    error_code TEXT,
    message TEXT NOT NULL,
    stack_trace TEXT,
    context JSONB DEFAULT '{}',
    severity TEXT NOT NULL CHECK (severity IN (
        'low', 'medium', 'high', 'critical'
    )),
    is_resolved BOOLEAN NOT NULL DEFAULT false,
    resolved_at TIMESTAMPTZ,
    resolved_by UUID REFERENCES users(id),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
)"""),
    (386, """CREATE TABLE health_checks (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID REFERENCES agents(id),
    check_name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN (
        'healthy', 'degraded', 'unhealthy', 'unknown'
    )),
    response_time_ms INTEGER,
    details JSONB DEFAULT '{}',
    checked_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
)"""),
    (403, """CREATE TABLE user_sessions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    session_token TEXT NOT NULL UNIQUE,
    ip_address INET,
    user_agent TEXT,
    is_active BOOLEAN NOT NULL DEFAULT true,
    last_activity_at TIMESTAMPTZ DEFAULT NOW(),
    expires_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
)"""),
    (416, """CREATE TABLE agent_sessions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    session_data JSONB NOT NULL DEFAULT '{}',
    is_active BOOLEAN NOT NULL DEFAULT true,
    last_activity_at TIMESTAMPTZ DEFAULT NOW(),
    expires_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
)"""),
    (433, """CREATE INDEX idx_agents_type_status ON agents(agent_type, status)"""),
    (434, """CREATE INDEX idx_agents_name ON agents(name)"""),
    (435, """CREATE INDEX idx_agents_capabilities ON agents USING GIN(capabilities)"""),
    (436, """CREATE INDEX idx_agents_configuration ON agents USING GIN(configuration)"""),
    (439, """CREATE INDEX idx_agent_instances_agent_id ON agent_instances(agent_id)"""),
    (440, """CREATE INDEX idx_agent_instances_status ON agent_instances(status)"""),
    (441, """CREATE INDEX idx_agent_instances_heartbeat ON agent_instances(last_heartbeat)
    WHERE status = 'running'"""),
    (443, """CREATE INDEX idx_agent_instances_host ON agent_instances(host_name, status)"""),
    (446, """CREATE INDEX idx_messages_to_agent_status ON messages(to_agent_id, status)
    WHERE status IN ('pending', 'sent')"""),
    (448, """CREATE INDEX idx_messages_from_agent ON messages(from_agent_id, created_at)"""),
    (449, """CREATE INDEX idx_messages_type_priority ON messages(message_type, priority)"""),
    (450, """CREATE INDEX idx_messages_correlation ON messages(correlation_id)
    WHERE correlation_id IS NOT NULL"""),
    (452, """CREATE INDEX idx_messages_expires ON messages(expires_at)
    WHERE expires_at IS NOT NULL"""),
    (454, """CREATE INDEX idx_messages_retry ON messages(status, retry_count, created_at)
    WHERE status = 'failed' AND retry_count < max_retries"""),
    (458, """CREATE INDEX idx_users_username ON users(username)"""),
    (459, """CREATE INDEX idx_users_email ON users(email) WHERE email IS NOT NULL"""),
    (460, """CREATE INDEX idx_users_active ON users(is_active) WHERE is_active = true"""),
    (461, """CREATE INDEX idx_user_roles_user ON user_roles(user_id)"""),
    (462, """CREATE INDEX idx_user_roles_role ON user_roles(role_id)"""),
    (463, """CREATE INDEX idx_api_keys_hash ON api_keys(key_hash)"""),
    (464, """CREATE INDEX idx_api_keys_agent ON api_keys(agent_id) WHERE agent_id IS NOT NULL"""),
    (467, """CREATE INDEX idx_configurations_key_env ON configurations(key, environment)"""),
    (468, """CREATE INDEX idx_configurations_agent ON configurations(agent_id)
    WHERE agent_id IS NOT NULL"""),
    (470, """CREATE INDEX idx_configurations_value ON configurations USING GIN(value)"""),
    (471, """CREATE INDEX idx_feature_flags_enabled ON feature_flags(is_enabled, name)"""),
    (474, """CREATE INDEX idx_audit_log_agent_time ON audit_log(agent_id, created_at)"""),
    (475, """CREATE INDEX idx_audit_log_user_time ON audit_log(user_id, created_at)"""),
    (476, """CREATE INDEX idx_audit_log_event_type ON audit_log(event_type, created_at)"""),
    (477, """CREATE INDEX idx_metrics_agent_time ON metrics(agent_id, recorded_at)"""),
    (478, """CREATE INDEX idx_metrics_name_time ON metrics(metric_name, recorded_at)"""),
    (479, """CREATE INDEX idx_errors_agent_severity ON errors(agent_id, severity, is_resolved)"""),
    (480, """CREATE INDEX idx_health_checks_agent_time ON health_checks(agent_id, checked_at)"""),
    (483, """CREATE INDEX idx_user_sessions_token ON user_sessions(session_token)"""),
    (484, """CREATE INDEX idx_user_sessions_user_active ON user_sessions(user_id, is_active)"""),
    (485, """CREATE INDEX idx_agent_sessions_agent_active ON agent_sessions(agent_id, is_active)"""),
    (492, """CREATE INDEX idx_agents_config_type ON agents USING GIN((configuration->'type'))"""),
    (493, """CREATE INDEX idx_messages_content_priority ON messages USING GIN((content->'priority'))"""),
    (494, """CREATE INDEX idx_configurations_nested ON configurations USING GIN(value jsonb_path_ops)"""),
    (495, """CREATE INDEX idx_audit_metadata ON audit_log USING GIN(metadata)"""),
    (496, """CREATE INDEX idx_metrics_tags ON metrics USING GIN(tags)"""),
    (505, """ALTER TABLE agent_instances ADD CONSTRAINT fk_agent_instances_agent
    FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE"""),
    (508, """ALTER TABLE agent_capabilities ADD CONSTRAINT fk_agent_capabilities_agent
    FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE"""),
    (511, """ALTER TABLE agent_dependencies ADD CONSTRAINT fk_agent_dependencies_agent
    FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE"""),
    (514, """ALTER TABLE agent_dependencies ADD CONSTRAINT fk_agent_dependencies_depends
    FOREIGN KEY (depends_on_agent_id) REFERENCES agents(id) ON DELETE CASCADE"""),
    (518, """ALTER TABLE messages ADD CONSTRAINT fk_messages_from_agent
    FOREIGN KEY (from_agent_id) REFERENCES agents(id) ON DELETE SET NULL"""),
    (521, """ALTER TABLE messages ADD CONSTRAINT fk_messages_to_agent
    FOREIGN KEY (to_agent_id) REFERENCES agents(id) ON DELETE SET NULL"""),
    (524, """ALTER TABLE messages ADD CONSTRAINT fk_messages_parent
    FOREIGN KEY (parent_message_id) REFERENCES messages(id) ON DELETE SET NULL"""),
    (528, """ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_user
    FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE"""),
    (531, """ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_role
    FOREIGN KEY (role_id) REFERENCES roles(id) ON DELETE CASCADE"""),
    (534, """ALTER TABLE agent_permissions ADD CONSTRAINT fk_agent_permissions_agent
    FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE"""),
    (538, """ALTER TABLE configurations ADD CONSTRAINT fk_configurations_agent
    FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE"""),
    (541, """ALTER TABLE configuration_history ADD CONSTRAINT fk_config_history_config
    FOREIGN KEY (configuration_id) REFERENCES configurations(id) ON DELETE CASCADE"""),
    (549, """ALTER TABLE agent_dependencies ADD CONSTRAINT chk_no_self_dependency
    CHECK (agent_id != depends_on_agent_id)"""),
    (552, """ALTER TABLE messages ADD CONSTRAINT chk_message_agents_different
    CHECK (from_agent_id != to_agent_id OR from_agent_id IS NULL OR to_agent_id IS NULL)"""),
    (555, """ALTER TABLE user_sessions ADD CONSTRAINT chk_session_expires_future
    CHECK (expires_at > created_at)"""),
    (558, """ALTER TABLE api_keys ADD CONSTRAINT chk_api_key_expires_future
    CHECK (expires_at IS NULL OR expires_at > created_at)"""),
    (562, """ALTER TABLE agent_instances ADD CONSTRAINT chk_heartbeat_after_start
    CHECK (last_heartbeat IS NULL OR last_heartbeat >= started_at)"""),
    (565, """ALTER TABLE messages ADD CONSTRAINT chk_sent_after_created
    CHECK (sent_at IS NULL OR sent_at >= created_at)"""),
    (568, """ALTER TABLE messages ADD CONSTRAINT chk_delivered_after_sent
    CHECK (delivered_at IS NULL OR sent_at IS NULL OR delivered_at >= sent_at)"""),
    (571, """ALTER TABLE messages ADD CONSTRAINT chk_processed_after_delivered
    CHECK (processed_at IS NULL OR delivered_at IS NULL OR processed_at >= delivered_at)"""),
    (581, """CREATE OR REPLACE FUNCTION execute_migration(
    migration_version INTEGER,
    migration_description TEXT,
    migration_sql TEXT,
    rollback_sql TEXT DEFAULT NULL
) RETURNS BOOLEAN AS $$
BEGIN
    -- Check if migration already applied
    IF EXISTS (SELECT 1 FROM schema_versions WHERE version = migration_version) THEN
        RAISE NOTICE 'Migration % already applied', migration_version;
        RETURN FALSE;
    END IF;

    -- Execute migration
    EXECUTE migration_sql;

    -- Record migration
    INSERT INTO schema_versions (version, description, rollback_sql)
    VALUES (migration_version, migration_description, rollback_sql);

    RAISE NOTICE 'Migration % applied successfully', migration_version;
    RETURN TRUE;
END;
$$ LANGUAGE plpgsql"""),
    (607, """CREATE OR REPLACE FUNCTION rollback_migration(migration_version INTEGER)
RETURNS BOOLEAN AS $$
DECLARE
    rollback_sql_text TEXT;
BEGIN
    -- Get rollback SQL
    SELECT rollback_sql INTO rollback_sql_text
    FROM schema_versions
    WHERE version = migration_version;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'Migration % not found', migration_version;
    END IF;

    IF rollback_sql_text IS NULL THEN
        RAISE EXCEPTION 'No rollback SQL available for migration %', migration_version;
    END IF;

    -- Execute rollback
    EXECUTE rollback_sql_text;

    -- Remove migration record
    DELETE FROM schema_versions WHERE version = migration_version;

    RAISE NOTICE 'Migration % rolled back successfully', migration_version;
    RETURN TRUE;
END;
$$ LANGUAGE plpgsql"""),
    (642, """SELECT execute_migration(
    1,
    'Initial schema creation',
    $migration$
        -- All CREATE TABLE statements from above
        -- All CREATE INDEX statements from above
        -- All ALTER TABLE statements from above
    $migration$,
    $rollback$
        DROP TABLE IF EXISTS schema_versions CASCADE;
        DROP TABLE IF EXISTS audit_log CASCADE;
        DROP TABLE IF EXISTS metrics CASCADE;
        -- Continue with all tables in reverse dependency order
    $rollback$
)"""),
    (662, """SELECT execute_migration(
    2,
    'Add Claude CLI integration support',
    $migration$
        ALTER TABLE agents ADD COLUMN claude_cli_config JSONB DEFAULT '{}';
        ALTER TABLE messages ADD COLUMN claude_cli_context JSONB DEFAULT '{}';

        CREATE INDEX idx_agents_claude_config ON agents USING GIN(claude_cli_config);
    $migration$,
    $rollback$
        DROP INDEX IF EXISTS idx_agents_claude_config;
        ALTER TABLE messages DROP COLUMN IF EXISTS claude_cli_context;
        ALTER TABLE agents DROP COLUMN IF EXISTS claude_cli_config;
    $rollback$
)"""),
    (789, """SELECT a.*, ai.status as instance_status, ai.last_heartbeat
FROM agents a
LEFT JOIN agent_instances ai ON a.id = ai.agent_id AND ai.status = 'running'
WHERE a.agent_type = $1 AND a.status = 'active'"""),
    (795, """SELECT id, from_agent_id, to_agent_id, content, priority
FROM messages
WHERE to_agent_id = $1
  AND status = 'pending'
  AND (expires_at IS NULL OR expires_at > NOW())
ORDER BY priority ASC, created_at ASC
LIMIT 100"""),
    (804, """SELECT a.id, a.name, ac.capability_name
FROM agents a
JOIN agent_capabilities ac ON a.id = ac.agent_id
WHERE ac.capability_name = ANY($1)
  AND ac.enabled = true
  AND a.status = 'active'"""),
    (812, """SELECT
    agent_id,
    metric_name,
    AVG(metric_value) as avg_value,
    MAX(metric_value) as max_value,
    COUNT(*) as sample_count
FROM metrics
WHERE recorded_at >= NOW() - INTERVAL '1 hour'
  AND metric_type = 'gauge'
GROUP BY agent_id, metric_name"""),
    (824, """SELECT
    al.event_type,
    al.action,
    al.resource_type,
    u.username,
    a.name as agent_name,
    al.created_at
FROM audit_log al
LEFT JOIN users u ON al.user_id = u.id
LEFT JOIN agents a ON al.agent_id = a.id
WHERE al.created_at >= $1 AND al.created_at <= $2
ORDER BY al.created_at DESC"""),
    (842, """PREPARE update_agent_status (UUID, TEXT) AS
UPDATE agents
SET status = $2, updated_at = NOW()
WHERE id = $1"""),
    (848, """PREPARE insert_message (UUID, UUID, TEXT, JSONB, INTEGER) AS
INSERT INTO messages (from_agent_id, to_agent_id, message_type, content, priority)
VALUES ($1, $2, $3, $4, $5)
RETURNING id, created_at"""),
    (854, """PREPARE update_heartbeat (UUID) AS
UPDATE agent_instances
SET last_heartbeat = NOW()
WHERE id = $1"""),
    (893, """CREATE OR REPLACE FUNCTION create_monthly_partitions(
    table_name TEXT,
    months_ahead INTEGER DEFAULT 3
) RETURNS VOID AS $$
DECLARE
    start_date DATE;
    end_date DATE;
    partition_name TEXT;
    sql_text TEXT;
BEGIN
    -- Create partitions for future months
    FOR i IN 1..months_ahead LOOP
        start_date := date_trunc('month', CURRENT_DATE + INTERVAL '1 month' * i);
        end_date := start_date + INTERVAL '1 month';
        partition_name := table_name || '_' || to_char(start_date, 'YYYY_MM');

        sql_text := format(
            'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
            partition_name, table_name, start_date, end_date
        );

        EXECUTE sql_text;
        RAISE NOTICE 'Created partition: %', partition_name;
    END LOOP;
END;
$$ LANGUAGE plpgsql"""),
    (921, """SELECT cron.schedule(
    'create-partitions',
    '0 0 1 * *', -- Monthly on the 1st
    'SELECT create_monthly_partitions(''messages''); SELECT create_monthly_partitions(''audit_log''); SELECT create_monthly_partitions(''metrics'');'
)"""),
    (932, r"""CREATE OR REPLACE FUNCTION drop_old_partitions(
    table_name TEXT,
    retention_months INTEGER DEFAULT 12
) RETURNS VOID AS $$
DECLARE
    cutoff_date DATE;
    partition_record RECORD;
    sql_text TEXT;
BEGIN
    cutoff_date := date_trunc('month', CURRENT_DATE - INTERVAL '1 month' * retention_months);

    FOR partition_record IN
        SELECT schemaname, tablename
        FROM pg_tables
        WHERE tablename LIKE table_name || '_%'
          AND schemaname = 'public'
    LOOP
        -- Extract date from partition name and check if it's old
        IF regexp_replace(partition_record.tablename, table_name || '_(\d{4}_\d{2})', '\1')::TEXT ~ '^\d{4}_\d{2}$' THEN
            DECLARE
                partition_date DATE;
            BEGIN
                partition_date := to_date(
                    regexp_replace(partition_record.tablename, table_name || '_(\d{4}_\d{2})', '\1'),
                    'YYYY_MM'
                );

                IF partition_date < cutoff_date THEN
                    sql_text := format('DROP TABLE IF EXISTS %I', partition_record.tablename);
                    EXECUTE sql_text;
                    RAISE NOTICE 'Dropped old partition: %', partition_record.tablename;
                END IF;
            END;
        END IF;
    END LOOP;
END;
$$ LANGUAGE plpgsql"""),
    (971, """SELECT cron.schedule(
    'cleanup-partitions',
    '0 2 1 * *', -- Monthly at 2 AM on the 1st
    'SELECT drop_old_partitions(''messages'', 6); SELECT drop_old_partitions(''audit_log'', 12); SELECT drop_old_partitions(''metrics'', 3);'
)"""),
    (984, """ALTER TABLE users ENABLE ROW LEVEL SECURITY"""),
    (985, """ALTER TABLE agent_permissions ENABLE ROW LEVEL SECURITY"""),
    (986, """ALTER TABLE configurations ENABLE ROW LEVEL SECURITY"""),
    (989, """CREATE POLICY user_isolation ON users
    FOR ALL TO application_user
    USING (id = current_setting('app.current_user_id')::UUID)"""),
    (994, """CREATE POLICY agent_config_isolation ON configurations
    FOR ALL TO agent_user
    USING (agent_id = current_setting('app.current_agent_id')::UUID)"""),
    (999, """CREATE POLICY audit_read_only ON audit_log
    FOR SELECT TO application_user
    USING (true)"""),
    (1008, """CREATE EXTENSION IF NOT EXISTS pgcrypto"""),
    (1011, """CREATE OR REPLACE FUNCTION encrypt_sensitive_data(data TEXT)
RETURNS TEXT AS $$
BEGIN
    RETURN encode(
        encrypt(data::bytea, current_setting('app.encryption_key'), 'aes'),
        'base64'
    );
END;
$$ LANGUAGE plpgsql SECURITY DEFINER"""),
    (1022, """CREATE OR REPLACE FUNCTION decrypt_sensitive_data(encrypted_data TEXT)
RETURNS TEXT AS $$
BEGIN
    RETURN decrypt(
        decode(encrypted_data, 'base64'),
        current_setting('app.encryption_key'),
        'aes'
    )::TEXT;
END;
$$ LANGUAGE plpgsql SECURITY DEFINER"""),
    (1040, """CREATE VIEW table_sizes AS
SELECT
    schemaname,
    tablename,
    pg_size_pretty(pg_total_relation_size(schemaname||'.'||tablename)) as size,
    pg_total_relation_size(schemaname||'.'||tablename) as size_bytes
FROM pg_tables
WHERE schemaname = 'public'
ORDER BY pg_total_relation_size(schemaname||'.'||tablename) DESC"""),
    (1051, """CREATE VIEW index_usage AS
SELECT
    schemaname,
    tablename,
    indexname,
    idx_tup_read,
    idx_tup_fetch,
    idx_scan,
    pg_size_pretty(pg_relation_size(indexname::regclass)) as index_size
FROM pg_stat_user_indexes
WHERE schemaname = 'public'
ORDER BY idx_scan DESC"""),
    (1065, """CREATE VIEW slow_queries AS
SELECT
    query,
    calls,
    total_time,
    mean_time,
    rows,
    100.0 * shared_blks_hit / nullif(shared_blks_hit + shared_blks_read, 0) AS hit_percent
FROM pg_stat_statements
WHERE mean_time > 100  -- Queries taking more than 100ms on average
ORDER BY mean_time DESC"""),
    (1082, r"""CREATE OR REPLACE FUNCTION database_health_check()
RETURNS TABLE(
    check_name TEXT,
    status TEXT,
    details JSONB
) AS $$
BEGIN
    -- Check database size
    RETURN QUERY SELECT
        'database_size'::TEXT,
        CASE WHEN pg_database_size(current_database()) < 100 * 1024 * 1024 * 1024
             THEN 'healthy' ELSE 'warning' END::TEXT,
        jsonb_build_object(
            'size_bytes', pg_database_size(current_database()),
            'size_pretty', pg_size_pretty(pg_database_size(current_database()))
        );

    -- Check connection count
    RETURN QUERY SELECT
        'connection_count'::TEXT,
        CASE WHEN COUNT(*) < 80 THEN 'healthy' ELSE 'warning' END::TEXT,
        jsonb_build_object('active_connections', COUNT(*))
    FROM pg_stat_activity
    WHERE state = 'active';

    -- Check replication lag
    RETURN QUERY SELECT
        'replication_lag'::TEXT,
        CASE WHEN COALESCE(EXTRACT(EPOCH FROM replay_lag), 0) < 30
             THEN 'healthy' ELSE 'warning' END::TEXT,
        jsonb_build_object('lag_seconds', EXTRACT(EPOCH FROM replay_lag))
    FROM pg_stat_replication
    LIMIT 1;

    -- Check partition count
    RETURN QUERY SELECT
        'partition_maintenance'::TEXT,
        CASE WHEN COUNT(*) > 0 THEN 'healthy' ELSE 'error' END::TEXT,
        jsonb_build_object(
            'future_partitions', COUNT(*),
            'tables_checked', jsonb_build_array('messages', 'audit_log', 'metrics')
        )
    FROM pg_tables
    WHERE tablename ~ '^(messages|audit_log|metrics)_\d{4}_(q[1-4]|\d{2})$'
      AND tablename ~ to_char(CURRENT_DATE + INTERVAL '1 month', 'YYYY_MM');
END;
$$ LANGUAGE plpgsql"""),
    (1137, """CREATE TABLE agent_connections (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    connection_id TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    database_name TEXT NOT NULL,
    connection_pool_size INTEGER DEFAULT 5,
    max_connections INTEGER DEFAULT 10,
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    last_used_at TIMESTAMPTZ DEFAULT NOW()
)"""),
    (1152, """CREATE OR REPLACE FUNCTION get_agent_connection(agent_uuid UUID)
RETURNS TABLE(
    connection_string TEXT,
    pool_size INTEGER,
    max_connections INTEGER
) AS $$
DECLARE
    conn_record RECORD;
BEGIN
    SELECT * INTO conn_record
    FROM agent_connections
    WHERE agent_id = agent_uuid AND is_active = true
    LIMIT 1;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'No active connection found for agent %', agent_uuid;
    END IF;

    -- Update last used timestamp
    UPDATE agent_connections
    SET last_used_at = NOW()
    WHERE id = conn_record.id;

    RETURN QUERY SELECT
        format('postgresql://%s:%s/%s',
               conn_record.host,
               conn_record.port,
               conn_record.database_name),
        conn_record.connection_pool_size,
        conn_record.max_connections;
END;
$$ LANGUAGE plpgsql"""),
    (1190, """CREATE OR REPLACE FUNCTION save_agent_state(
    agent_uuid UUID,
    state_data JSONB
) RETURNS BOOLEAN AS $$
BEGIN
    INSERT INTO agent_sessions (agent_id, session_data, last_activity_at)
    VALUES (agent_uuid, state_data, NOW())
    ON CONFLICT (agent_id)
    DO UPDATE SET
        session_data = EXCLUDED.session_data,
        last_activity_at = EXCLUDED.last_activity_at;

    RETURN TRUE;
EXCEPTION WHEN OTHERS THEN
    RETURN FALSE;
END;
$$ LANGUAGE plpgsql"""),
    (1209, """CREATE OR REPLACE FUNCTION load_agent_state(agent_uuid UUID)
RETURNS JSONB AS $$
DECLARE
    state_data JSONB;
BEGIN
    SELECT session_data INTO state_data
    FROM agent_sessions
    WHERE agent_id = agent_uuid AND is_active = true;

    IF NOT FOUND THEN
        RETURN '{}'::JSONB;
    END IF;

    -- Update last activity
    UPDATE agent_sessions
    SET last_activity_at = NOW()
    WHERE agent_id = agent_uuid;

    RETURN COALESCE(state_data, '{}'::JSONB);
END;
$$ LANGUAGE plpgsql"""),
]
