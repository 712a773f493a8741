-- Violations of an execution: the objectives that it missed.
-- seed: 001 Data Model, SLO Violations
-- params: execution_id (the execution)
-- uses: idx_slo_violations_execution_id

SELECT
    v.metric,
    v.target_value,
    v.actual_value,
    v.severity,
    v.description,
    v.timestamp
FROM slo_violations AS v
WHERE v.execution_id = :execution_id
ORDER BY v.id ASC;
