-- Timestamps: every time in every table is one fixed instant that SQLite can read.
-- seed: 003 2. Database Initialization, Table Creation Sequence; 3. Memory Tables Deployment, Memory Tables Creation
-- differs: the original takes any text for a time, and its queries silently skip what is none

-- julianday() also reads words such as 'now', which name another instant at each reading, and times of day without a
-- date, which it places in the year 2000. Reads every time of every row: seconds at a million rows.
-- The list is a table of the columns, so it keeps one line for each.
-- noqa: disable=LT09
WITH written (subject, column_name, instant) AS (
    SELECT 'sessions id ' || s.id, 'created_at', s.created_at FROM sessions AS s
    UNION ALL
    SELECT 'sessions id ' || s.id, 'last_update_time', s.last_update_time FROM sessions AS s
    UNION ALL
    SELECT 'sessions id ' || s.id, 'terminated_at', s.terminated_at FROM sessions AS s
    UNION ALL
    SELECT 'sessions id ' || s.id, 'archived_at', s.archived_at FROM sessions AS s
    UNION ALL
    SELECT 'memory_entries id ' || m.id, 'created_at', m.created_at FROM memory_entries AS m
    UNION ALL
    SELECT 'memory_entries id ' || m.id, 'updated_at', m.updated_at FROM memory_entries AS m
    UNION ALL
    SELECT 'document_index id ' || d.id, 'last_synced_at', d.last_synced_at FROM document_index AS d
    UNION ALL
    SELECT 'document_index id ' || d.id, 'created_at', d.created_at FROM document_index AS d
    UNION ALL
    SELECT 'document_index id ' || d.id, 'updated_at', d.updated_at FROM document_index AS d
    UNION ALL
    SELECT 'tasks id ' || t.id, 'submitted_at', t.submitted_at FROM tasks AS t
    UNION ALL
    SELECT 'tasks id ' || t.id, 'started_at', t.started_at FROM tasks AS t
    UNION ALL
    SELECT 'tasks id ' || t.id, 'completed_at', t.completed_at FROM tasks AS t
    UNION ALL
    SELECT 'tasks id ' || t.id, 'last_updated_at', t.last_updated_at FROM tasks AS t
    UNION ALL
    SELECT 'agents id ' || a.id, 'spawned_at', a.spawned_at FROM agents AS a
    UNION ALL
    SELECT 'agents id ' || a.id, 'terminated_at', a.terminated_at FROM agents AS a
    UNION ALL
    SELECT 'state id ' || v.id, 'created_at', v.created_at FROM state AS v
    UNION ALL
    SELECT 'state id ' || v.id, 'updated_at', v.updated_at FROM state AS v
    UNION ALL
    SELECT 'audit id ' || u.id, 'timestamp', u.timestamp FROM audit AS u
    UNION ALL
    SELECT 'metrics id ' || r.id, 'timestamp', r.timestamp FROM metrics AS r
    UNION ALL
    SELECT 'checkpoints rowid ' || c.rowid, 'created_at', c.created_at FROM checkpoints AS c
)
-- noqa: enable=LT09

SELECT
    w.subject,
    w.column_name || ' is ' || quote(w.instant) || ', which names no fixed instant' AS problem
FROM written AS w
WHERE
    w.instant IS NOT NULL
    AND (julianday(w.instant) IS NULL OR w.instant GLOB '[a-zA-Z]*' OR w.instant GLOB '[0-9][0-9]:*');
