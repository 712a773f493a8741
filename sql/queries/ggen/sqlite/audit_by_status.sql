-- Audit entries of a status: what failed last, say, whoever did it.
-- seed: 001 Technical Specifications, Index Strategy
-- params: status (started | completed | failed | skipped), rows (at most this many)
-- uses: idx_audit_log_status

SELECT
    a.timestamp,
    a.agent_id,
    a.operation,
    a.duration_ms,
    a.error_message,
    a.context_json
FROM audit_log AS a
WHERE a.status = :status
ORDER BY a.created_at DESC, a.id DESC
LIMIT :rows;
