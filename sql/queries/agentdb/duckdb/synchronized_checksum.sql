-- Checksum of the last synchronization: whether a file has changed since it was last written; no row: it never was.
-- seed: 000 4.3 Use Case 3: Idempotent Synchronization with Conflict Detection
-- differs: a write that never ended is not the latest
-- params: source_location (the file that was synchronized)

SELECT e.checksum_after
FROM sync_executions AS e
INNER JOIN agent_synchronizations AS s ON e.sync_id = s.sync_id
WHERE s.source_location = $source_location AND s.status = 'completed' AND e.operation_type = 'write'
ORDER BY e.completed_at DESC NULLS LAST, e.execution_id ASC
LIMIT 1;
