-- Workflow sessions: one row per multi-agent run, which receipts and collisions refer to.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, Workflow Session
-- differs: session_id is unique by the index alone, so nothing is indexed twice; counts, durations and JSON are checked

-- AUTOINCREMENT, here and in every table: an id that an archived row had is never handed out again.
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

-- The key that other tables refer to: a foreign key needs its target to be unique, and an index is enough for that.
CREATE UNIQUE INDEX idx_workflow_sessions_session_id ON workflow_sessions (session_id);

-- Which sessions are running, or failed lately.
CREATE INDEX idx_workflow_sessions_status ON workflow_sessions (status, created_at DESC);

-- The latest sessions, whatever their status.
CREATE INDEX idx_workflow_sessions_created_at ON workflow_sessions (created_at DESC);
