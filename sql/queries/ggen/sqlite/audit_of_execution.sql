-- Audit entries of an execution: what its agent noted between its first and its last millisecond.
-- seed: 001 Integration Points, Tier 2 Architecture
-- params: execution_id (the execution)
-- uses: idx_receipts_execution_id, audit_log_agent_instant_idx

-- The rows that recent_executions counts as audit_entries.
WITH execution AS (
    SELECT
        r.agent_id,
        r.duration_ms,
        cast(round((julianday(r.timestamp) - 2440587.5) * 86400000.0) AS INTEGER) AS started_ms
    FROM receipts AS r
    WHERE r.execution_id = :execution_id
)

SELECT
    a.timestamp,
    a.operation,
    a.status,
    a.duration_ms,
    a.error_message,
    a.context_json
FROM execution AS e
INNER JOIN audit_log AS a
    ON
        e.agent_id = a.agent_id
        AND cast(round((julianday(a.timestamp) - 2440587.5) * 86400000.0) AS INTEGER)
        BETWEEN e.started_ms AND e.started_ms + e.duration_ms
ORDER BY julianday(a.timestamp) ASC, a.id ASC;
