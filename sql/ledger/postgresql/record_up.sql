-- Ledger rows of a step that went up: written in the transaction of the step itself.

INSERT INTO _yoyo_migration (migration_hash, migration_id, applied_at_utc)
VALUES ($migration_hash, $migration_id, $now);

INSERT INTO _yoyo_log (id, migration_hash, migration_id, operation, username, hostname, comment, created_at_utc)
VALUES (
    cast(gen_random_uuid() AS text), $migration_hash, $migration_id, 'apply', $username, $hostname, $rung_version, $now
);

-- ON CONFLICT: a row may be left from an application that yoyo took back without rung's knowledge.
INSERT INTO _rung_step (
    migration_hash, applied_at_utc, migration_id, forward_checksum, rollback_checksum, verify_checksum, rollback_sql,
    duration_ms, verify_ms, verification, username, hostname, rung_version
)
VALUES (
    $migration_hash, $now, $migration_id, $forward_checksum, $rollback_checksum, $verify_checksum, $rollback_sql,
    $duration_ms, $verify_ms, $verification, $username, $hostname, $rung_version
)
ON CONFLICT (migration_hash) DO UPDATE SET
    applied_at_utc = excluded.applied_at_utc,
    migration_id = excluded.migration_id,
    forward_checksum = excluded.forward_checksum,
    rollback_checksum = excluded.rollback_checksum,
    verify_checksum = excluded.verify_checksum,
    rollback_sql = excluded.rollback_sql,
    duration_ms = excluded.duration_ms,
    verify_ms = excluded.verify_ms,
    verification = excluded.verification,
    username = excluded.username,
    hostname = excluded.hostname,
    rung_version = excluded.rung_version;
