-- Violations of an objective: how often, how badly and by whom it was missed lately.
-- seed: 001 Technical Specifications, Index Strategy
-- params: metric (the objective), rows (at most this many)
-- uses: idx_slo_violations_metric

SELECT
    v.execution_id,
    v.target_value,
    v.actual_value,
    v.severity,
    v.description,
    v.timestamp,
    v.actual_value - v.target_value AS difference
FROM slo_violations AS v
WHERE v.metric = :metric
ORDER BY v.created_at DESC, v.id DESC
LIMIT :rows;
