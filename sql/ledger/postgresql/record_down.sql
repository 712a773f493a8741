-- Ledger rows of a step that went down: written in the transaction of the rollback itself. The last is its event, a
--   line of the append-only history.

DELETE FROM _yoyo_migration
WHERE migration_hash = $migration_hash;

DELETE FROM _rung_step
WHERE migration_hash = $migration_hash;

INSERT INTO _yoyo_log (id, migration_hash, migration_id, operation, username, hostname, comment, created_at_utc)
VALUES (
    cast(gen_random_uuid() AS text), $migration_hash, $migration_id, 'rollback', $username, $hostname, $rung_version,
    $now
);

INSERT INTO _rung_event (
    at_utc, run_id, family, migration_id, operation, outcome, duration_ms, username, hostname, pid, rung_version,
    engine_version
)
VALUES (
    $now, $run_id, $family, $migration_id, 'down', 'ok', $total_ms, $username, $hostname, $pid, $rung_version,
    $engine_version
);
