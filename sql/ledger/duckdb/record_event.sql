-- Event: one line of the append-only history; of a success in the step's own transaction, of a failure after it.
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
    $duration_ms,
    $message,
    $username,
    $hostname,
    $pid,
    $rung_version,
    $engine_version
FROM _rung_event;
