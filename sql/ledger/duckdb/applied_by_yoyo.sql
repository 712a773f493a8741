-- Applied steps where only yoyo ever was: its table without rung's beside it.

SELECT
    migration_id,
    strftime(applied_at_utc, '%Y-%m-%dT%H:%M:%S.%f') AS applied_at_utc,
    migration_hash
FROM _yoyo_migration
ORDER BY migration_id;
