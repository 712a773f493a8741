-- Timestamps: every time in every table is one fixed instant that SQLite can read.
-- seed: 001 Deliverables, 1. Schema Definition
-- differs: the original takes any text for a time, and views and reports silently skip what is none

-- julianday() also reads words such as 'now', which name another instant at each reading, and times of day without a
-- date, which it places in the year 2000. Reads every time of every row: seconds at a million receipts.
-- The list is a table of the columns, so it keeps one line for each.
-- noqa: disable=LT09
WITH written (table_name, id, column_name, instant) AS (
    SELECT 'workflow_sessions', s.id, 'start_time', s.start_time FROM workflow_sessions AS s
    UNION ALL
    SELECT 'workflow_sessions', s.id, 'end_time', s.end_time FROM workflow_sessions AS s
    UNION ALL
    SELECT 'workflow_sessions', s.id, 'created_at', s.created_at FROM workflow_sessions AS s
    UNION ALL
    SELECT 'receipts', r.id, 'timestamp', r.timestamp FROM receipts AS r
    UNION ALL
    SELECT 'receipts', r.id, 'created_at', r.created_at FROM receipts AS r
    UNION ALL
    SELECT 'agent_memory', m.id, 'updated_at', m.updated_at FROM agent_memory AS m
    UNION ALL
    SELECT 'agent_memory', m.id, 'created_at', m.created_at FROM agent_memory AS m
    UNION ALL
    SELECT 'audit_log', a.id, 'timestamp', a.timestamp FROM audit_log AS a
    UNION ALL
    SELECT 'audit_log', a.id, 'created_at', a.created_at FROM audit_log AS a
    UNION ALL
    SELECT 'collision_detection', c.id, 'timestamp', c.timestamp FROM collision_detection AS c
    UNION ALL
    SELECT 'collision_detection', c.id, 'created_at', c.created_at FROM collision_detection AS c
    UNION ALL
    SELECT 'pipeline_metrics', p.id, 'timestamp', p.timestamp FROM pipeline_metrics AS p
    UNION ALL
    SELECT 'pipeline_metrics', p.id, 'created_at', p.created_at FROM pipeline_metrics AS p
    UNION ALL
    SELECT 'slo_violations', v.id, 'timestamp', v.timestamp FROM slo_violations AS v
    UNION ALL
    SELECT 'slo_violations', v.id, 'created_at', v.created_at FROM slo_violations AS v
)
-- noqa: enable=LT09

SELECT
    w.table_name || ' id ' || w.id AS subject,
    w.column_name || ' is ' || quote(w.instant) || ', which names no fixed instant' AS problem
FROM written AS w
WHERE
    w.instant IS NOT NULL
    AND (julianday(w.instant) IS NULL OR w.instant GLOB '[a-zA-Z]*' OR w.instant GLOB '[0-9][0-9]:*');
