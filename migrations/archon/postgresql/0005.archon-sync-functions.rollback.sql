-- Questions about syncs undone: the functions are gone, and Archon may enter the migration in its register again.
-- seed: 002 7. Helper Functions Created; 8. Database Verification
-- loses: the row ('0.3.0', '021_add_sync_history_table') of archon_migrations that the step wrote

DELETE FROM archon_migrations
WHERE id = '0ef5da60-a87d-410d-a210-1abe166d0f64';

DROP FUNCTION get_sync_stats(integer);

DROP FUNCTION get_latest_sync(text);
