-- Event: one line of the append-only history; of a success in the step's own transaction, of a failure after it.

INSERT INTO _rung_event (
    at_utc, run_id, family, migration_id, operation, outcome, duration_ms, message, username, hostname, pid,
    rung_version, engine_version
)
VALUES (
    $now, $run_id, $family, $migration_id, $operation, $outcome, $duration_ms, $message, $username, $hostname, $pid,
    $rung_version, $engine_version
);
