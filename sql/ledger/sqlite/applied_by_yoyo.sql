-- Applied steps where only yoyo ever was: its table without rung's beside it.

SELECT
    migration_id,
    applied_at_utc
FROM _yoyo_migration
ORDER BY migration_id;
