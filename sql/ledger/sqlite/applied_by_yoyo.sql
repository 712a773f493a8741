-- Applied steps where only yoyo ever was: its table without rung's beside it.

SELECT
    migration_id,
    applied_at_utc,
    migration_hash
FROM _yoyo_migration
ORDER BY migration_id;
