-- Receipts, all of them: the full scan, oldest first, for export and for a new analysis.
-- seed: 001 Performance Benchmarks, Query Performance

SELECT
    r.id,
    r.execution_id,
    r.session_id,
    r.agent_id,
    r.operation,
    r.status,
    r.timestamp,
    r.manifest_hash,
    r.ontology_hash,
    r.files_generated,
    r.files_modified,
    r.duration_ms,
    r.receipt_json,
    r.error_message,
    r.environment,
    r.created_at
FROM receipts AS r
ORDER BY r.id ASC;
