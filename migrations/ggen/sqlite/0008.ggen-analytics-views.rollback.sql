-- Analytics views undone: nothing is lost, a view holds no rows.
-- seed: 001 Deliverables, 1. Schema Definition

DROP VIEW pipeline_stage_performance;

DROP VIEW agent_performance_summary;

DROP VIEW recent_executions;
