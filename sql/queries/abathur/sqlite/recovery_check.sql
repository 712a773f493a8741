-- Recovery check: what a database holds, to compare a restored backup with its original.
-- seed: 003 4. Integrity Validation; Best Practices
-- uses: idx_sessions_pk, idx_memory_entries_pk, idx_document_index_pk

-- Equal answers, and a quick_check that says ok, mean that nothing was lost.
-- The list is a table of the tables, so it keeps one line for each.
-- noqa: disable=LT09
WITH held (subject, rows_held, last_id) AS (
    SELECT 'sessions', count(*), max(s.id) FROM sessions AS s
    UNION ALL
    SELECT 'memory_entries', count(*), max(m.id) FROM memory_entries AS m
    UNION ALL
    SELECT 'document_index', count(*), max(d.id) FROM document_index AS d
    UNION ALL
    SELECT 'tasks', count(*), max(t.id) FROM tasks AS t
    UNION ALL
    SELECT 'agents', count(*), max(a.id) FROM agents AS a
    UNION ALL
    SELECT 'state', count(*), max(s.id) FROM state AS s
    UNION ALL
    SELECT 'audit', count(*), max(a.id) FROM audit AS a
    UNION ALL
    SELECT 'metrics', count(*), max(m.id) FROM metrics AS m
    UNION ALL
    SELECT 'checkpoints', count(*), max(c.task_id || ' ' || c.iteration) FROM checkpoints AS c
)
-- noqa: enable=LT09

SELECT
    h.subject,
    h.rows_held,
    h.last_id
FROM held AS h
UNION ALL
SELECT
    'quick_check' AS subject,
    k.quick_check AS rows_held,
    NULL AS last_id
FROM pragma_quick_check AS k;
