-- Ended syncs: what is completed says when, with what it did and with nothing left; what runs has not ended.
-- seed: 002 2. Table Schema Implemented, Core Fields; Progress Tracking

SELECT
    s.sync_id AS subject,
    'is completed, but does not say when (completed_at)' AS problem
FROM archon_sync_history AS s
WHERE s.status = 'completed' AND s.completed_at IS NULL
UNION ALL
SELECT
    s.sync_id AS subject,
    'is completed, but only to ' || s.percent_complete || ' percent' AS problem
FROM archon_sync_history AS s
WHERE s.status = 'completed' AND s.percent_complete < 100
UNION ALL
SELECT
    s.sync_id AS subject,
    'is still running, but ended at ' || s.completed_at AS problem
FROM archon_sync_history AS s
WHERE s.status = 'running' AND s.completed_at IS NOT NULL
UNION ALL
SELECT
    s.sync_id AS subject,
    'failed, but does not say why (error_message)' AS problem
FROM archon_sync_history AS s
WHERE s.status = 'failed' AND coalesce(btrim(s.error_message), '') = '';
