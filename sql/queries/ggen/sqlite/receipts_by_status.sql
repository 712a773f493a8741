-- Receipts of a status: what failed last, say.
-- seed: 001 Technical Specifications, Index Strategy
-- params: status (passed | failed | partial | cancelled), rows (at most this many)
-- uses: idx_receipts_status

SELECT
    r.execution_id,
    r.agent_id,
    r.operation,
    r.timestamp,
    r.duration_ms,
    r.error_message,
    r.created_at
FROM receipts AS r
WHERE r.status = :status
ORDER BY r.created_at DESC, r.id DESC
LIMIT :rows;
