-- SLO violations: every time an execution missed a service level objective, and by how much.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, SLO Violations
-- differs: target_value and actual_value must be finite numbers, which a REAL column alone does not ask
-- depends: 0006.ggen-pipeline-metrics 0002.ggen-receipts

-- 9e999 is how SQLite spells infinity, a distance from the target that no report or export can carry.
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

-- The violations of one execution, counted by recent_executions; also spares a scan when a receipt is deleted.
CREATE INDEX idx_slo_violations_execution_id ON slo_violations (execution_id);

-- How one objective fares, latest first.
CREATE INDEX idx_slo_violations_metric ON slo_violations (metric, created_at DESC);

-- What to be woken for, latest first.
CREATE INDEX idx_slo_violations_severity ON slo_violations (severity, created_at DESC);
