-- Receipts: the durable outcome of every execution, which its metrics and SLO violations refer to.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, Receipt; Relationships Diagram
-- differs: session_id makes the seed's diagram true, which draws receipts under a session but has no column for it;
--   execution_id is unique by the index alone; counts, durations and JSON are checked
-- depends: 0001.ggen-workflow-sessions

-- Foreign keys, here and in every table, wait for COMMIT: an application may write the rows of one execution in the
-- order in which they happen, and still nothing commits that refers to nothing.
-- environment is free text: the seed does not say that it is JSON.
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

-- What one agent did, latest first.
CREATE INDEX idx_receipts_agent_timestamp ON receipts (agent_id, timestamp DESC);

-- The key of an execution, and the target of the foreign keys of its metrics and violations.
CREATE UNIQUE INDEX idx_receipts_execution_id ON receipts (execution_id);

-- What failed, latest first.
CREATE INDEX idx_receipts_status ON receipts (status, created_at DESC);

-- The latest executions, and those of a period.
CREATE INDEX idx_receipts_created_at ON receipts (created_at DESC);

-- Not in the seed: without it, deleting one session reads every receipt. Partial, as a receipt need not have a session.
CREATE INDEX receipts_session_id_idx ON receipts (session_id)
WHERE session_id IS NOT NULL;
