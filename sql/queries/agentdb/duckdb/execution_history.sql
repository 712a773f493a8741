-- Execution history: what a synchronization did, in order.
-- seed: 000 5.2 Get Complete Execution History for a Sync
-- params: sync_id (the synchronization)

SELECT
    e.execution_order,
    e.operation_type,
    e.file_path,
    e.operation_result,
    e.duration_ms,
    e.started_at
FROM sync_executions AS e
WHERE e.sync_id = $sync_id
ORDER BY e.execution_order ASC, e.execution_id ASC;
