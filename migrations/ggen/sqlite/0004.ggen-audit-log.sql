-- Audit log: the compliance trail, one row for every operation of every agent.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, Audit Log
-- differs: an index on the instant of an entry, so that entries can be matched to executions by time rather than by
--   the spelling of a time; durations and JSON are checked
-- depends: 0003.ggen-agent-memory

-- operation is free text, unlike that of receipts: the trail also records what is not a pipeline operation.
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

-- The trail of a period, latest first.
CREATE INDEX idx_audit_log_timestamp ON audit_log (timestamp DESC);

-- The trail of one agent, latest first.
CREATE INDEX idx_audit_log_agent_id ON audit_log (agent_id, timestamp DESC);

-- What failed, latest first.
CREATE INDEX idx_audit_log_status ON audit_log (status, created_at DESC);

-- Not in the seed: the instant as whole milliseconds since 1970, the only form in which '2026-01-29T10:00:00Z' equals
-- '2026-01-29 11:00:00.000+01:00'. recent_executions writes the same expression, letter for letter, to use it.
-- julianday() is exact to 0.04 ms in these years, so rounding gives back the millisecond that was written.
CREATE INDEX audit_log_agent_instant_idx
ON audit_log (agent_id, cast(round((julianday(timestamp) - 2440587.5) * 86400000.0) AS INTEGER));
