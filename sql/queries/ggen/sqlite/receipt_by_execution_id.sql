-- Receipt of an execution: everything that is known of one run.
-- seed: 001 Performance Benchmarks, Query Performance
-- params: execution_id (the execution)
-- uses: idx_receipts_execution_id

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
WHERE r.execution_id = :execution_id;
