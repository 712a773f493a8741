-- Audit trail of a file: what happened to it, latest first.
-- seed: 000 5.6 Audit Trail for Specific File
-- params: file_path (the file)

SELECT
    a.timestamp,
    a.event_type,
    a.actor,
    e.operation_type,
    e.operation_result,
    e.checksum_after
FROM sync_audit_trail AS a
INNER JOIN sync_executions AS e ON a.execution_id = e.execution_id
WHERE e.file_path = $file_path
ORDER BY a.timestamp DESC, a.audit_id ASC;
