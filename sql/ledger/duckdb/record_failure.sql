-- Event of a step that failed or was interrupted: one line of the append-only history, written once it is undone. That
--   of one that went up or down is among its rows.
-- differs: DuckDB has no AUTOINCREMENT; its file belongs to one writing process, so the next number is the highest + 1

INSERT INTO _rung_event (
    id, at_utc, run_id, family, migration_id, operation, outcome, duration_ms, message, username, hostname, pid,
    rung_version, engine_version
)
SELECT
    coalesce(max(id), 0) + 1 AS id,
    $now,
    $run_id,
    $family,
    $migration_id,
    $operation,
    $outcome,
    $total_ms,
    $message,
    $username,
    $hostname,
    $pid,
    $rung_version,
    $engine_version
FROM _rung_event;
