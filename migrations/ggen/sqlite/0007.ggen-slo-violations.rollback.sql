-- SLO violations undone: the schema no longer records missed objectives.
-- seed: 001 Deliverables, 1. Schema Definition
-- loses: slo_violations (every row)

DROP INDEX idx_slo_violations_severity;

DROP INDEX idx_slo_violations_metric;

DROP INDEX idx_slo_violations_execution_id;

DROP TABLE slo_violations;
