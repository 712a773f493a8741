-- Ledger rows of a step that went down: written in the transaction of the rollback itself.
-- differs: each statement costs DuckDB about as much as three rows

WITH applied AS (
    DELETE FROM _yoyo_migration
    WHERE migration_hash = $migration_hash
    RETURNING migration_hash
),

recorded AS (
    DELETE FROM _rung_step
    WHERE migration_hash = $migration_hash
    RETURNING migration_hash
)

INSERT INTO _yoyo_log (id, migration_hash, migration_id, operation, username, hostname, comment, created_at_utc)
VALUES (
    cast(uuid() AS VARCHAR), $migration_hash, $migration_id, 'rollback', $username, $hostname, $rung_version, $now
);
