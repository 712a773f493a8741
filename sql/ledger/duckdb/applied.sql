-- Applied steps: what yoyo's table says is applied, with rung's record of that same application.

SELECT
    yoyo.migration_id,
    strftime(yoyo.applied_at_utc, '%Y-%m-%dT%H:%M:%S.%f') AS applied_at_utc,
    rung.forward_checksum,
    rung.rollback_checksum,
    rung.verify_checksum,
    rung.rollback_sql,
    rung.duration_ms,
    rung.verify_ms,
    rung.verification,
    rung.username,
    rung.hostname,
    rung.rung_version,
    yoyo.migration_hash
FROM _yoyo_migration AS yoyo
LEFT JOIN _rung_step AS rung
    ON yoyo.migration_hash = rung.migration_hash AND yoyo.applied_at_utc = rung.applied_at_utc
ORDER BY yoyo.migration_id;
