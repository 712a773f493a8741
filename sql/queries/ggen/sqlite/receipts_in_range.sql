-- Receipts of a period: what was recorded from one moment up to another.
-- seed: 001 Performance Benchmarks, Query Performance
-- params: since (first moment), until (first moment after the period)
-- uses: idx_receipts_created_at

SELECT
    r.execution_id,
    r.agent_id,
    r.operation,
    r.status,
    r.timestamp,
    r.duration_ms,
    r.created_at
FROM receipts AS r
WHERE r.created_at >= datetime(:since) AND r.created_at < datetime(:until)
ORDER BY r.created_at DESC, r.id DESC;
