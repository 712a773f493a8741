-- Recovery check: what a database holds, to compare a restored backup with its original.
-- seed: 001 Quality Metrics, Production Readiness

-- Equal answers, and a quick_check that says ok, mean that nothing was lost.
-- The list is a table of the tables, so it keeps one line for each.
-- noqa: disable=LT09
WITH held (subject, rows_held, last_id, last_created_at) AS (
    SELECT 'workflow_sessions', count(*), max(s.id), max(s.created_at) FROM workflow_sessions AS s
    UNION ALL
    SELECT 'receipts', count(*), max(r.id), max(r.created_at) FROM receipts AS r
    UNION ALL
    SELECT 'agent_memory', count(*), max(m.id), max(m.updated_at) FROM agent_memory AS m
    UNION ALL
    SELECT 'audit_log', count(*), max(a.id), max(a.created_at) FROM audit_log AS a
    UNION ALL
    SELECT 'collision_detection', count(*), max(c.id), max(c.created_at) FROM collision_detection AS c
    UNION ALL
    SELECT 'pipeline_metrics', count(*), max(p.id), max(p.created_at) FROM pipeline_metrics AS p
    UNION ALL
    SELECT 'slo_violations', count(*), max(v.id), max(v.created_at) FROM slo_violations AS v
)
-- noqa: enable=LT09

SELECT
    h.subject,
    h.rows_held,
    h.last_id,
    h.last_created_at
FROM held AS h
UNION ALL
SELECT
    'quick_check' AS subject,
    k.quick_check AS rows_held,
    NULL AS last_id,
    NULL AS last_created_at
FROM pragma_quick_check AS k;
