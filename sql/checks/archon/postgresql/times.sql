-- Times: a sync ends at or after its start, took as long as these two say, and no phase took longer than the whole.
-- seed: 002 2. Table Schema Implemented, Core Fields; Performance Metrics

SELECT
    s.sync_id AS subject,
    'ended at ' || s.completed_at || ', before its start at ' || s.started_at AS problem
FROM archon_sync_history AS s
WHERE s.completed_at < s.started_at
UNION ALL
-- A second more or less is rounding.
SELECT
    s.sync_id AS subject,
    'took ' || s.duration_seconds || ' seconds, but '
    || round(extract(EPOCH FROM s.completed_at - s.started_at), 1) || ' by its start and its end' AS problem
FROM archon_sync_history AS s
WHERE abs(extract(EPOCH FROM s.completed_at - s.started_at) - s.duration_seconds) > 1
UNION ALL
SELECT
    s.sync_id AS subject,
    p.phase || ' took ' || p.seconds || ' of ' || coalesce(s.duration_seconds::text, 'an unknown number of')
    || ' seconds' AS problem
FROM archon_sync_history AS s
CROSS JOIN
    LATERAL (
        VALUES
        ('the sync', s.duration_seconds),
        ('export', s.export_duration_seconds),
        ('import', s.import_duration_seconds),
        ('indexing', s.indexing_duration_seconds)
    ) AS p (phase, seconds)
WHERE p.seconds < 0 OR p.seconds > s.duration_seconds
UNION ALL
SELECT
    s.sync_id AS subject,
    'was changed at ' || s.updated_at || ', before it was recorded at ' || s.created_at AS problem
FROM archon_sync_history AS s
WHERE s.updated_at < s.created_at;
