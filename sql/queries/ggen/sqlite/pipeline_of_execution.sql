-- Stages of an execution: where its time went, in the order of the pipeline.
-- seed: 001 Data Model, Pipeline Metrics
-- params: execution_id (the execution)
-- uses: idx_pipeline_metrics_execution_id

-- The subscript in its name is what puts one stage after another.
SELECT
    m.stage,
    m.status,
    m.duration_ms,
    m.input_size_bytes,
    m.output_size_bytes,
    m.error_message,
    m.timestamp
FROM pipeline_metrics AS m
WHERE m.execution_id = :execution_id
ORDER BY m.stage ASC, m.id ASC;
