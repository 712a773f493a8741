-- Questions about syncs: the latest one and the figures of a period, answered alike for every client; then registered.
-- seed: 002 7. Helper Functions Created; 8. Database Verification; Technical Notes, Migration Registration
-- differs: they run with the rights of the caller, and only the two roles may call them, where the original's run with
--   those of the owner for everybody and so show the history to anon; bidirectional_count and success_rate, which the
--   document promises, are there
-- depends: 0001.archon-sync-history 0003.archon-sync-indexes 0004.archon-migrations

-- The bodies are parsed here and now, so they name this very table: no search_path can make them mean another. Having
-- no settings of their own, they become part of the query that calls them, and the indexes serve whatever is asked.

-- p_direction: NULL for any. Of syncs that started in the same moment, the one that was recorded last.
CREATE FUNCTION get_latest_sync(p_direction text DEFAULT NULL)
RETURNS TABLE (
    id uuid,
    sync_id text,
    direction text,
    status text,
    started_at timestamptz,
    completed_at timestamptz,
    duration_seconds integer,
    synced_rows integer,
    percent_complete integer
)
LANGUAGE sql
STABLE
PARALLEL SAFE
SECURITY INVOKER
ROWS 1
BEGIN ATOMIC
    SELECT
        s.id,
        s.sync_id,
        s.direction,
        s.status,
        s.started_at,
        s.completed_at,
        s.duration_seconds,
        s.synced_rows,
        s.percent_complete
    FROM archon_sync_history AS s
    WHERE p_direction IS NULL OR s.direction = p_direction
    ORDER BY s.started_at DESC, s.created_at DESC, s.id DESC
    LIMIT 1;
END;

-- p_days: days of 24 hours, back from now; NULL for all time; 0 or less leaves nothing to count. Beyond 1,000 years is
-- all time, too. success_rate: completed, in percent of those that have ended; NULL, like the average, without any.
CREATE FUNCTION get_sync_stats(p_days integer DEFAULT 7)
RETURNS TABLE (
    total_syncs bigint,
    successful_syncs bigint,
    failed_syncs bigint,
    avg_duration_seconds numeric,
    total_rows_synced bigint,
    local_to_remote_count bigint,
    remote_to_local_count bigint,
    bidirectional_count bigint,
    success_rate numeric
)
LANGUAGE sql
STABLE
PARALLEL SAFE
SECURITY INVOKER
ROWS 1
BEGIN ATOMIC
    SELECT
        count(*) AS total_syncs,
        count(*) FILTER (WHERE s.status = 'completed') AS successful_syncs,
        count(*) FILTER (WHERE s.status = 'failed') AS failed_syncs,
        round(avg(s.duration_seconds), 2) AS avg_duration_seconds,
        coalesce(sum(s.synced_rows), 0) AS total_rows_synced,
        count(*) FILTER (WHERE s.direction = 'local-to-remote') AS local_to_remote_count,
        count(*) FILTER (WHERE s.direction = 'remote-to-local') AS remote_to_local_count,
        count(*) FILTER (WHERE s.direction = 'bidirectional') AS bidirectional_count,
        round(
            100.0 * count(*) FILTER (WHERE s.status = 'completed')
            / nullif(count(*) FILTER (WHERE s.status <> 'running'), 0),
            2
        ) AS success_rate
    FROM archon_sync_history AS s
    WHERE
        s.started_at >= CASE
            WHEN p_days BETWEEN 1 AND 365000 THEN now() - make_interval(hours => 24 * p_days)
            WHEN p_days <= 0 THEN 'infinity'
            ELSE '-infinity'
        END;
END;

REVOKE ALL ON FUNCTION get_latest_sync(text) FROM public, anon, authenticated, service_role;

REVOKE ALL ON FUNCTION get_sync_stats(integer) FROM public, anon, authenticated, service_role;

GRANT EXECUTE ON FUNCTION get_latest_sync(text) TO service_role, authenticated;

GRANT EXECUTE ON FUNCTION get_sync_stats(integer) TO service_role, authenticated;

-- By its fixed id the rollback tells this row from one that Archon itself has written, which it leaves.
INSERT INTO archon_migrations (id, version, migration_name, applied_at)
VALUES ('0ef5da60-a87d-410d-a210-1abe166d0f64', '0.3.0', '021_add_sync_history_table', now())
ON CONFLICT (version, migration_name) DO NOTHING;
