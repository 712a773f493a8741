-- Monitoring: the audit trail, metrics, errors and health checks.
-- seed: 004 Complete SQL DDL Specifications, Monitoring Schema; JSONB-Specific Indexes
-- differs: primary keys have the partition key; the audit trail refuses every change; the trail and the metrics have no
--   foreign keys, so that they go on naming an agent or user who is gone; times and counts are possible ones
-- depends: 0003.mister_smith-agents

CREATE TABLE audit_log (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    event_type text NOT NULL,
    agent_id uuid,
    user_id uuid,
    resource_type text,
    resource_id uuid,
    action text NOT NULL,
    old_values jsonb,
    new_values jsonb,
    metadata jsonb DEFAULT '{}',
    ip_address inet,
    user_agent text,
    session_id uuid,
    correlation_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT audit_log_pkey PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);

CREATE TABLE audit_log_default PARTITION OF audit_log DEFAULT;

CREATE INDEX idx_audit_log_agent_time ON audit_log (agent_id, created_at);

CREATE INDEX idx_audit_log_user_time ON audit_log (user_id, created_at);

CREATE INDEX idx_audit_log_event_type ON audit_log (event_type, created_at);

CREATE INDEX idx_audit_metadata ON audit_log USING gin (metadata jsonb_path_ops);

-- The trail of a period, latest first: the seed's documented query, for which it has no index.
CREATE INDEX audit_log_created_at_idx ON audit_log (created_at);

SELECT set_config('search_path', format('%I, pg_temp', current_schema()), TRUE);

CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the audit trail is append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END;
$$;

REVOKE ALL ON FUNCTION refuse_change() FROM public;

-- Every partition gets its own copy of the first. The second has to be made for each, because PostgreSQL truncates a
-- partition without asking its parent. ALWAYS: also when session_replication_role is replica.
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log_default
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;

ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_no_truncate;

ALTER TABLE audit_log_default ENABLE ALWAYS TRIGGER audit_log_no_truncate;

CREATE TABLE metrics (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    agent_id uuid,
    metric_name text NOT NULL,
    metric_value numeric NOT NULL,
    metric_type text NOT NULL,
    tags jsonb DEFAULT '{}',
    unit text,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT metrics_pkey PRIMARY KEY (id, recorded_at),
    CONSTRAINT metrics_metric_type_check CHECK (metric_type IN ('counter', 'gauge', 'histogram', 'timer'))
) PARTITION BY RANGE (recorded_at);

CREATE TABLE metrics_default PARTITION OF metrics DEFAULT;

CREATE INDEX idx_metrics_agent_time ON metrics (agent_id, recorded_at);

CREATE INDEX idx_metrics_name_time ON metrics (metric_name, recorded_at);

CREATE INDEX idx_metrics_tags ON metrics USING gin (tags jsonb_path_ops);

-- The last hour of one type: the seed's documented aggregation, for which it has no index.
CREATE INDEX metrics_metric_type_recorded_at_idx ON metrics (metric_type, recorded_at);

CREATE TABLE errors (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    agent_id uuid,
    error_type text NOT NULL,
    error_code text,
    message text NOT NULL,
    stack_trace text,
    context jsonb DEFAULT '{}',
    severity text NOT NULL,
    is_resolved boolean NOT NULL DEFAULT FALSE,
    resolved_at timestamptz,
    resolved_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT errors_pkey PRIMARY KEY (id),
    CONSTRAINT errors_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents (id) ON DELETE SET NULL,
    CONSTRAINT errors_resolved_by_fkey FOREIGN KEY (resolved_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT errors_severity_check CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    CONSTRAINT errors_resolved_at_check CHECK (
        resolved_at IS NULL OR (is_resolved AND resolved_at >= created_at)
    )
);

CREATE INDEX idx_errors_agent_severity ON errors (agent_id, severity, is_resolved);

CREATE INDEX errors_resolved_by_idx ON errors (resolved_by) WHERE resolved_by IS NOT NULL;

CREATE TABLE health_checks (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    agent_id uuid,
    check_name text NOT NULL,
    status text NOT NULL,
    response_time_ms integer,
    details jsonb DEFAULT '{}',
    checked_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT health_checks_pkey PRIMARY KEY (id),
    CONSTRAINT health_checks_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents (id) ON DELETE SET NULL,
    CONSTRAINT health_checks_status_check CHECK (status IN ('healthy', 'degraded', 'unhealthy', 'unknown')),
    CONSTRAINT health_checks_response_time_ms_check CHECK (response_time_ms >= 0)
);

CREATE INDEX idx_health_checks_agent_time ON health_checks (agent_id, checked_at);
