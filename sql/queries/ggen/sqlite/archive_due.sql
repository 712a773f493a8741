-- Archive, what is due: how many rows are older than a moment, and so are left after archive_delete where it is not 0.
-- seed: 001 Risk Assessment, Mitigation
-- params: before (first moment to keep)
-- uses: idx_receipts_created_at, idx_workflow_sessions_created_at

-- Sessions that run, or that younger rows refer to, are not due.
SELECT
    'receipts' AS table_name,
    count(*) AS rows_due
FROM receipts AS r
WHERE r.created_at < datetime(:before)
UNION ALL
SELECT
    'pipeline_metrics' AS table_name,
    count(*) AS rows_due
FROM pipeline_metrics AS p
INNER JOIN receipts AS r ON p.execution_id = r.execution_id
WHERE r.created_at < datetime(:before)
UNION ALL
SELECT
    'slo_violations' AS table_name,
    count(*) AS rows_due
FROM slo_violations AS v
INNER JOIN receipts AS r ON v.execution_id = r.execution_id
WHERE r.created_at < datetime(:before)
UNION ALL
SELECT
    'audit_log' AS table_name,
    count(*) AS rows_due
FROM audit_log AS a
WHERE a.created_at < datetime(:before)
UNION ALL
SELECT
    'collision_detection' AS table_name,
    count(*) AS rows_due
FROM collision_detection AS c
WHERE c.created_at < datetime(:before)
UNION ALL
SELECT
    'workflow_sessions' AS table_name,
    count(*) AS rows_due
FROM workflow_sessions AS s
WHERE
    s.created_at < datetime(:before)
    AND s.status <> 'running'
    AND NOT EXISTS (
        SELECT 1
        FROM receipts AS r
        WHERE r.session_id = s.session_id AND r.created_at >= datetime(:before)
    )
    AND NOT EXISTS (
        SELECT 1
        FROM collision_detection AS c
        WHERE c.session_id = s.session_id AND c.created_at >= datetime(:before)
    );
