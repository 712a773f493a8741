-- Ledger rows of a step that went up: written in the transaction of the step itself. The last is its event, a line of
--   the append-only history.

INSERT INTO _yoyo_migration (migration_hash, migration_id, applied_at_utc)
VALUES (:migration_hash, :migration_id, :now);

INSERT INTO _yoyo_log (id, migration_hash, migration_id, operation, username, hostname, comment, created_at_utc)
VALUES (
    lower(hex(randomblob(16))), :migration_hash, :migration_id, 'apply', :username, :hostname, :rung_version, :now
);

INSERT INTO _rung_step (
    migration_hash, applied_at_utc, migration_id, forward_checksum, rollback_checksum, verify_checksum, rollback_sql,
    duration_ms, verify_ms, verification, username, hostname, rung_version
)
VALUES (
    :migration_hash, :now, :migration_id, :forward_checksum, :rollback_checksum, :verify_checksum, :rollback_sql,
    :duration_ms, :verify_ms, :verification, :username, :hostname, :rung_version
);

INSERT INTO _rung_event (
    at_utc, run_id, family, migration_id, operation, outcome, duration_ms, username, hostname, pid, rung_version,
    engine_version
)
VALUES (
    :now, :run_id, :family, :migration_id, 'up', 'ok', :total_ms, :username, :hostname, :pid, :rung_version,
    :engine_version
);
