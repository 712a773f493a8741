-- Order of times: nothing ends before it begins.
-- seed: 003 2. Database Initialization, Table Creation Sequence; 3. Memory Tables Deployment, Memory Tables Creation

-- In whole seconds, as CURRENT_TIMESTAMP knows no others: what was made and changed within one is in order.
-- The list is a table of the columns, so it keeps one line for each.
-- noqa: disable=LT09
WITH spans (subject, first_column, first_time, second_column, second_time) AS (
    SELECT 'sessions id ' || s.id, 'created_at', s.created_at, 'last_update_time', s.last_update_time FROM sessions AS s
    UNION ALL
    SELECT 'sessions id ' || s.id, 'created_at', s.created_at, 'terminated_at', s.terminated_at FROM sessions AS s
    UNION ALL
    SELECT 'sessions id ' || s.id, 'terminated_at', s.terminated_at, 'archived_at', s.archived_at FROM sessions AS s
    UNION ALL
    SELECT 'memory_entries id ' || m.id, 'created_at', m.created_at, 'updated_at', m.updated_at FROM memory_entries AS m
    UNION ALL
    SELECT 'document_index id ' || d.id, 'created_at', d.created_at, 'updated_at', d.updated_at FROM document_index AS d
    UNION ALL
    SELECT 'tasks id ' || t.id, 'submitted_at', t.submitted_at, 'started_at', t.started_at FROM tasks AS t
    UNION ALL
    SELECT 'tasks id ' || t.id, 'started_at', t.started_at, 'completed_at', t.completed_at FROM tasks AS t
    UNION ALL
    SELECT 'tasks id ' || t.id, 'submitted_at', t.submitted_at, 'completed_at', t.completed_at FROM tasks AS t
    UNION ALL
    SELECT 'tasks id ' || t.id, 'submitted_at', t.submitted_at, 'last_updated_at', t.last_updated_at FROM tasks AS t
    UNION ALL
    SELECT 'agents id ' || a.id, 'spawned_at', a.spawned_at, 'terminated_at', a.terminated_at FROM agents AS a
    UNION ALL
    SELECT 'state id ' || s.id, 'created_at', s.created_at, 'updated_at', s.updated_at FROM state AS s
)
-- noqa: enable=LT09

SELECT
    s.subject,
    s.second_column || ' is ' || s.second_time || ', before ' || s.first_column || ', which is ' || s.first_time
        AS problem
FROM spans AS s
WHERE cast(strftime('%s', s.second_time) AS INTEGER) < cast(strftime('%s', s.first_time) AS INTEGER);
