-- Slowest runs of a stage: which executions to look at first.
-- seed: 001 Data Model, Pipeline Metrics
-- params: stage (μ₁_normalize | μ₂_extract | μ₃_emit | μ₄_canonicalize | μ₅_receipt), rows (at most this many)
-- uses: idx_pipeline_metrics_stage

SELECT
    m.execution_id,
    m.duration_ms,
    m.input_size_bytes,
    m.output_size_bytes,
    m.status,
    m.timestamp
FROM pipeline_metrics AS m
WHERE m.stage = :stage
ORDER BY m.duration_ms DESC, m.id DESC
LIMIT :rows;
