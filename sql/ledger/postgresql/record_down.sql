-- Ledger rows of a step that went down: written in the transaction of the rollback itself.

DELETE FROM _yoyo_migration
WHERE migration_hash = $migration_hash;

DELETE FROM _rung_step
WHERE migration_hash = $migration_hash;

INSERT INTO _yoyo_log (id, migration_hash, migration_id, operation, username, hostname, comment, created_at_utc)
VALUES (
    cast(gen_random_uuid() AS text), $migration_hash, $migration_id, 'rollback', $username, $hostname, $rung_version,
    $now
);
