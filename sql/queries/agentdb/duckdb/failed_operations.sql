-- Failed operations: what must be investigated, latest first, with the number of events that speak of it.
-- seed: 000 5.5 Find Failed Operations Requiring Investigation
-- params: rows (at most this many)

SELECT
    f.execution_id,
    f.sync_id,
    f.sync_type,
    f.pattern,
    f.operation_type,
    f.file_path,
    f.error_message,
    f.started_at,
    f.created_by,
    f.audit_event_count
FROM v_failed_operations AS f
ORDER BY f.started_at DESC, f.execution_id ASC
LIMIT cast($rows AS BIGINT);
