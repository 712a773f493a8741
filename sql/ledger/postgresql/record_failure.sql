-- Event of a step that failed or was interrupted: one line of the append-only history, written once it is undone. That
--   of one that went up or down is among its rows.

INSERT INTO _rung_event (
    at_utc, run_id, family, migration_id, operation, outcome, duration_ms, message, username, hostname, pid,
    rung_version, engine_version
)
VALUES (
    $now, $run_id, $family, $migration_id, $operation, $outcome, $total_ms, $message, $username, $hostname, $pid,
    $rung_version, $engine_version
);
