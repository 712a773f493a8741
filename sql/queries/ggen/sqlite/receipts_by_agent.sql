-- Receipts of an agent: what it did last.
-- seed: 001 Performance Benchmarks, Query Performance
-- params: agent_id (the agent), rows (at most this many)
-- uses: idx_receipts_agent_timestamp

-- An agent spells all its times one way, so the order of the texts, which the index knows, is that of the instants.
SELECT
    r.execution_id,
    r.operation,
    r.status,
    r.timestamp,
    r.duration_ms,
    r.files_generated,
    r.files_modified,
    r.error_message
FROM receipts AS r
WHERE r.agent_id = :agent_id
ORDER BY r.timestamp DESC, r.id DESC
LIMIT :rows;
