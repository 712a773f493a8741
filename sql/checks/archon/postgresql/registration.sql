-- Registration: Archon's register says that this migration is in, so that Archon does not run its own.
-- seed: 002 8. Database Verification; Technical Notes, Migration Registration

SELECT
    'archon_migrations' AS subject,
    'has no row (''0.3.0'', ''021_add_sync_history_table''): Archon would add the sync history once more; '
    || 'rung down archon and rung up archon enter it again' AS problem
WHERE
    NOT EXISTS (
        SELECT 1
        FROM archon_migrations AS m
        WHERE m.version = '0.3.0' AND m.migration_name = '021_add_sync_history_table'
    );
