-- SLO alerts: the latest missed objectives of a severity, and who missed them.
-- seed: 001 Next Steps, Monitoring
-- params: severity (warning | critical), rows (at most this many)
-- uses: idx_slo_violations_severity, idx_receipts_execution_id

SELECT
    v.execution_id,
    r.agent_id,
    r.operation,
    v.metric,
    v.target_value,
    v.actual_value,
    v.description,
    v.timestamp
FROM slo_violations AS v
INNER JOIN receipts AS r ON v.execution_id = r.execution_id
WHERE v.severity = :severity
ORDER BY v.created_at DESC, v.id DESC
LIMIT :rows;
