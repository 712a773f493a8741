-- Executions by operation: how each kind of work fared in a period.
-- seed: 001 Technical Specifications, Performance Targets
-- params: since (first moment), until (first moment after the period)
-- uses: idx_receipts_created_at

SELECT
    r.operation,
    count(*) AS executions,
    count(*) FILTER (WHERE r.status = 'passed') AS passed_executions,
    count(*) FILTER (WHERE r.status = 'failed') AS failed_executions,
    count(*) FILTER (WHERE r.status = 'partial') AS partial_executions,
    count(*) FILTER (WHERE r.status = 'cancelled') AS cancelled_executions,
    round(avg(r.duration_ms), 2) AS avg_duration_ms,
    max(r.duration_ms) AS max_duration_ms
FROM receipts AS r
WHERE r.created_at >= datetime(:since) AND r.created_at < datetime(:until)
GROUP BY r.operation
ORDER BY executions DESC, r.operation ASC;
