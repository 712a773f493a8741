-- table agent_memory
CREATE TABLE agent_memory (
    id INTEGER CONSTRAINT agent_memory_pkey PRIMARY KEY AUTOINCREMENT,
    agent_id TEXT NOT NULL,
    memory_json TEXT NOT NULL,
    collision_history TEXT,
    retry_count INTEGER DEFAULT 0,
    last_error TEXT,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT agent_memory_memory_json_check CHECK (json_valid(memory_json)),
    CONSTRAINT agent_memory_collision_history_check CHECK (
        collision_history IS NULL OR json_valid(collision_history)
    ),
    CONSTRAINT agent_memory_retry_count_check CHECK (
        typeof(retry_count) IN ('integer', 'null') AND retry_count >= 0
    )
);

-- table audit_log
CREATE TABLE audit_log (
    id INTEGER CONSTRAINT audit_log_pkey PRIMARY KEY AUTOINCREMENT,
    timestamp TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    status TEXT NOT NULL,
    duration_ms INTEGER,
    error_message TEXT,
    context_json TEXT,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT audit_log_status_check CHECK (status IN ('started', 'completed', 'failed', 'skipped')),
    CONSTRAINT audit_log_duration_ms_check CHECK (typeof(duration_ms) IN ('integer', 'null') AND duration_ms >= 0),
    CONSTRAINT audit_log_context_json_check CHECK (context_json IS NULL OR json_valid(context_json))
);

-- table collision_detection
CREATE TABLE collision_detection (
    id INTEGER CONSTRAINT collision_detection_pkey PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL,
    agent_id_1 TEXT NOT NULL,
    agent_id_2 TEXT NOT NULL,
    collision_type TEXT NOT NULL,
    description TEXT NOT NULL,
    resolution TEXT,
    severity TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT collision_detection_session_id_fkey FOREIGN KEY (session_id)
    REFERENCES workflow_sessions (session_id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT collision_detection_agents_check CHECK (agent_id_1 <> agent_id_2),
    CONSTRAINT collision_detection_collision_type_check CHECK (collision_type IN (
        'file_conflict', 'memory_conflict', 'semantic_overlap', 'structural_overlap'
    )),
    CONSTRAINT collision_detection_severity_check CHECK (severity IN ('info', 'warning', 'critical'))
);

-- table pipeline_metrics
CREATE TABLE pipeline_metrics (
    id INTEGER CONSTRAINT pipeline_metrics_pkey PRIMARY KEY AUTOINCREMENT,
    execution_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    input_size_bytes INTEGER,
    output_size_bytes INTEGER,
    status TEXT NOT NULL,
    error_message TEXT,
    timestamp TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pipeline_metrics_execution_id_fkey FOREIGN KEY (execution_id)
    REFERENCES receipts (execution_id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT pipeline_metrics_stage_check CHECK (stage IN (
        'μ₁_normalize', 'μ₂_extract', 'μ₃_emit', 'μ₄_canonicalize', 'μ₅_receipt'
    )),
    CONSTRAINT pipeline_metrics_duration_ms_check CHECK (typeof(duration_ms) = 'integer' AND duration_ms >= 0),
    CONSTRAINT pipeline_metrics_input_size_bytes_check CHECK (
        typeof(input_size_bytes) IN ('integer', 'null') AND input_size_bytes >= 0
    ),
    CONSTRAINT pipeline_metrics_output_size_bytes_check CHECK (
        typeof(output_size_bytes) IN ('integer', 'null') AND output_size_bytes >= 0
    ),
    CONSTRAINT pipeline_metrics_status_check CHECK (status IN ('passed', 'failed'))
);

-- table receipts
CREATE TABLE receipts (
    id INTEGER CONSTRAINT receipts_pkey PRIMARY KEY AUTOINCREMENT,
    execution_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    status TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    manifest_hash TEXT,
    ontology_hash TEXT,
    files_generated INTEGER DEFAULT 0,
    files_modified INTEGER DEFAULT 0,
    duration_ms INTEGER NOT NULL,
    receipt_json TEXT,
    error_message TEXT,
    environment TEXT,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    session_id TEXT,
    CONSTRAINT receipts_session_id_fkey FOREIGN KEY (session_id)
    REFERENCES workflow_sessions (session_id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT receipts_operation_check CHECK (operation IN (
        'validation', 'generation', 'normalization', 'extraction', 'emission', 'canonicalization',
        'receipt', 'dry_run', 'watch'
    )),
    CONSTRAINT receipts_status_check CHECK (status IN ('passed', 'failed', 'partial', 'cancelled')),
    CONSTRAINT receipts_files_generated_check CHECK (
        typeof(files_generated) IN ('integer', 'null') AND files_generated >= 0
    ),
    CONSTRAINT receipts_files_modified_check CHECK (
        typeof(files_modified) IN ('integer', 'null') AND files_modified >= 0
    ),
    CONSTRAINT receipts_duration_ms_check CHECK (typeof(duration_ms) = 'integer' AND duration_ms >= 0),
    CONSTRAINT receipts_receipt_json_check CHECK (receipt_json IS NULL OR json_valid(receipt_json))
);

-- table slo_violations
CREATE TABLE slo_violations (
    id INTEGER CONSTRAINT slo_violations_pkey PRIMARY KEY AUTOINCREMENT,
    execution_id TEXT NOT NULL,
    metric TEXT NOT NULL,
    target_value REAL NOT NULL,
    actual_value REAL NOT NULL,
    severity TEXT NOT NULL,
    description TEXT,
    timestamp TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT slo_violations_execution_id_fkey FOREIGN KEY (execution_id)
    REFERENCES receipts (execution_id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT slo_violations_target_value_check CHECK (typeof(target_value) = 'real' AND abs(target_value) < 9e999),
    CONSTRAINT slo_violations_actual_value_check CHECK (typeof(actual_value) = 'real' AND abs(actual_value) < 9e999),
    CONSTRAINT slo_violations_severity_check CHECK (severity IN ('warning', 'critical'))
);

-- table workflow_sessions
CREATE TABLE workflow_sessions (
    id INTEGER CONSTRAINT workflow_sessions_pkey PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL,
    start_time TIMESTAMP NOT NULL,
    end_time TIMESTAMP,
    status TEXT NOT NULL,
    agent_count INTEGER NOT NULL,
    total_duration_ms INTEGER,
    successful_operations INTEGER DEFAULT 0,
    failed_operations INTEGER DEFAULT 0,
    context_json TEXT,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT workflow_sessions_status_check CHECK (status IN ('running', 'completed', 'failed', 'cancelled')),
    CONSTRAINT workflow_sessions_agent_count_check CHECK (typeof(agent_count) = 'integer' AND agent_count >= 0),
    CONSTRAINT workflow_sessions_total_duration_ms_check CHECK (
        typeof(total_duration_ms) IN ('integer', 'null') AND total_duration_ms >= 0
    ),
    CONSTRAINT workflow_sessions_successful_operations_check CHECK (
        typeof(successful_operations) IN ('integer', 'null') AND successful_operations >= 0
    ),
    CONSTRAINT workflow_sessions_failed_operations_check CHECK (
        typeof(failed_operations) IN ('integer', 'null') AND failed_operations >= 0
    ),
    CONSTRAINT workflow_sessions_context_json_check CHECK (context_json IS NULL OR json_valid(context_json))
);

-- index audit_log_agent_instant_idx
CREATE INDEX audit_log_agent_instant_idx
ON audit_log (agent_id, cast(round((julianday(timestamp) - 2440587.5) * 86400000.0) AS INTEGER));

-- index idx_agent_memory_agent_id
CREATE UNIQUE INDEX idx_agent_memory_agent_id ON agent_memory (agent_id);

-- index idx_agent_memory_updated_at
CREATE INDEX idx_agent_memory_updated_at ON agent_memory (updated_at DESC);

-- index idx_audit_log_agent_id
CREATE INDEX idx_audit_log_agent_id ON audit_log (agent_id, timestamp DESC);

-- index idx_audit_log_status
CREATE INDEX idx_audit_log_status ON audit_log (status, created_at DESC);

-- index idx_audit_log_timestamp
CREATE INDEX idx_audit_log_timestamp ON audit_log (timestamp DESC);

-- index idx_collision_detection_agents
CREATE INDEX idx_collision_detection_agents ON collision_detection (agent_id_1, agent_id_2);

-- index idx_collision_detection_session_id
CREATE INDEX idx_collision_detection_session_id ON collision_detection (session_id, timestamp DESC);

-- index idx_collision_detection_severity
CREATE INDEX idx_collision_detection_severity ON collision_detection (severity, created_at DESC);

-- index idx_pipeline_metrics_execution_id
CREATE INDEX idx_pipeline_metrics_execution_id ON pipeline_metrics (execution_id);

-- index idx_pipeline_metrics_stage
CREATE INDEX idx_pipeline_metrics_stage ON pipeline_metrics (stage, duration_ms DESC);

-- index idx_pipeline_metrics_timestamp
CREATE INDEX idx_pipeline_metrics_timestamp ON pipeline_metrics (timestamp DESC);

-- index idx_receipts_agent_timestamp
CREATE INDEX idx_receipts_agent_timestamp ON receipts (agent_id, timestamp DESC);

-- index idx_receipts_created_at
CREATE INDEX idx_receipts_created_at ON receipts (created_at DESC);

-- index idx_receipts_execution_id
CREATE UNIQUE INDEX idx_receipts_execution_id ON receipts (execution_id);

-- index idx_receipts_status
CREATE INDEX idx_receipts_status ON receipts (status, created_at DESC);

-- index idx_slo_violations_execution_id
CREATE INDEX idx_slo_violations_execution_id ON slo_violations (execution_id);

-- index idx_slo_violations_metric
CREATE INDEX idx_slo_violations_metric ON slo_violations (metric, created_at DESC);

-- index idx_slo_violations_severity
CREATE INDEX idx_slo_violations_severity ON slo_violations (severity, created_at DESC);

-- index idx_workflow_sessions_created_at
CREATE INDEX idx_workflow_sessions_created_at ON workflow_sessions (created_at DESC);

-- index idx_workflow_sessions_session_id
CREATE UNIQUE INDEX idx_workflow_sessions_session_id ON workflow_sessions (session_id);

-- index idx_workflow_sessions_status
CREATE INDEX idx_workflow_sessions_status ON workflow_sessions (status, created_at DESC);

-- index pipeline_metrics_failed_idx
CREATE INDEX pipeline_metrics_failed_idx ON pipeline_metrics (stage)
WHERE status = 'failed';

-- index receipts_session_id_idx
CREATE INDEX receipts_session_id_idx ON receipts (session_id)
WHERE session_id IS NOT NULL;

-- view agent_performance_summary
CREATE VIEW agent_performance_summary AS
SELECT
    r.agent_id,
    count(*) AS total_executions,
    count(*) FILTER (WHERE r.status = 'passed') AS successful_executions,
    count(*) FILTER (WHERE r.status = 'failed') AS failed_executions,
    round(avg(r.duration_ms), 2) AS avg_duration_ms,
    min(r.duration_ms) AS min_duration_ms,
    max(r.duration_ms) AS max_duration_ms,
    coalesce(sum(r.files_generated), 0) AS total_files_generated,
    max(r.timestamp) AS last_execution
FROM receipts AS r
GROUP BY +r.agent_id
ORDER BY total_executions DESC, r.agent_id ASC;

-- view pipeline_stage_performance
CREATE VIEW pipeline_stage_performance AS
WITH runs AS (
    SELECT
        m.stage,
        count(*) AS executions,
        round(avg(m.duration_ms), 2) AS avg_duration_ms,
        min(m.duration_ms) AS min_duration_ms,
        max(m.duration_ms) AS max_duration_ms
    FROM pipeline_metrics AS m
    GROUP BY m.stage
),

failures AS (
    SELECT
        f.stage,
        count(*) AS failed
    FROM pipeline_metrics AS f
    WHERE f.status = 'failed'
    GROUP BY +f.stage
)

SELECT
    n.stage,
    n.executions,
    n.avg_duration_ms,
    n.min_duration_ms,
    n.max_duration_ms,
    n.executions - coalesce(x.failed, 0) AS passed,
    coalesce(x.failed, 0) AS failed
FROM runs AS n
LEFT JOIN failures AS x ON n.stage = x.stage
ORDER BY n.avg_duration_ms DESC, n.stage ASC;

-- view recent_executions
CREATE VIEW recent_executions AS
WITH latest AS (
    SELECT
        r.id,
        r.execution_id,
        r.agent_id,
        r.operation,
        r.status,
        r.timestamp,
        r.files_generated,
        r.files_modified,
        r.duration_ms,
        r.created_at,
        cast(round((julianday(r.timestamp) - 2440587.5) * 86400000.0) AS INTEGER) AS started_ms
    FROM receipts AS r
    ORDER BY r.created_at DESC, r.id DESC
    LIMIT 100
)

SELECT
    l.execution_id,
    l.agent_id,
    l.operation,
    l.status,
    l.timestamp,
    l.files_generated,
    l.files_modified,
    l.duration_ms,
    (
        SELECT count(*)
        FROM audit_log AS a
        WHERE
            a.agent_id = l.agent_id
            AND cast(round((julianday(a.timestamp) - 2440587.5) * 86400000.0) AS INTEGER)
            BETWEEN l.started_ms AND l.started_ms + l.duration_ms
    ) AS audit_entries,
    (
        SELECT count(*)
        FROM slo_violations AS v
        WHERE v.execution_id = l.execution_id
    ) AS slo_violations
FROM latest AS l
ORDER BY l.created_at DESC, l.id DESC;

-- trigger agent_memory_updated_at
CREATE TRIGGER agent_memory_updated_at
AFTER UPDATE OF id, agent_id, memory_json, collision_history, retry_count, last_error, created_at ON agent_memory
FOR EACH ROW
WHEN new.updated_at IS old.updated_at
BEGIN
    UPDATE agent_memory
    SET updated_at = CURRENT_TIMESTAMP
    WHERE id = new.id;
END;
