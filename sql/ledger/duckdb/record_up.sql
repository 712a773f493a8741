-- Ledger rows of a step that went up: written in the transaction of the step itself. The last is its event, a line of
--   the append-only history.
-- differs: each statement costs DuckDB about as much as two rows; and it has no AUTOINCREMENT, but its file belongs to
--   one writing process, so the next number is the highest + 1

WITH applied AS (
    INSERT INTO _yoyo_migration (migration_hash, migration_id, applied_at_utc)
    VALUES ($migration_hash, $migration_id, $now)
    RETURNING migration_hash
),

logged AS (
    INSERT INTO _yoyo_log (id, migration_hash, migration_id, operation, username, hostname, comment, created_at_utc)
    VALUES (
        cast(uuid() AS VARCHAR), $migration_hash, $migration_id, 'apply', $username, $hostname, $rung_version, $now
    )
    RETURNING migration_hash
),

recorded AS (
    INSERT INTO _rung_step (
        migration_hash, applied_at_utc, migration_id, forward_checksum, rollback_checksum, verify_checksum,
        rollback_sql, duration_ms, verify_ms, verification, username, hostname, rung_version
    )
    VALUES (
        $migration_hash, $now, $migration_id, $forward_checksum, $rollback_checksum, $verify_checksum, $rollback_sql,
        $duration_ms, $verify_ms, $verification, $username, $hostname, $rung_version
    )
    RETURNING migration_hash
)

INSERT INTO _rung_event (
    id, at_utc, run_id, family, migration_id, operation, outcome, duration_ms, username, hostname, pid, rung_version,
    engine_version
)
SELECT
    coalesce(max(id), 0) + 1 AS id,
    $now,
    $run_id,
    $family,
    $migration_id,
    'up' AS direction,
    'ok' AS outcome,
    $total_ms,
    $username,
    $hostname,
    $pid,
    $rung_version,
    $engine_version
FROM _rung_event;
