-- Pipeline metrics undone: the schema no longer records the stages of an execution.
-- seed: 001 Deliverables, 1. Schema Definition
-- loses: pipeline_metrics (every row)

DROP INDEX pipeline_metrics_failed_idx;

DROP INDEX idx_pipeline_metrics_timestamp;

DROP INDEX idx_pipeline_metrics_stage;

DROP INDEX idx_pipeline_metrics_execution_id;

DROP TABLE pipeline_metrics;
