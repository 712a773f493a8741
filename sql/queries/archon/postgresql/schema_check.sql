-- Schema check: what the document's own verification counts, as it is here.
-- seed: 002 8. Database Verification; Verification Commands, Check Table Exists
-- differs: the document's 10 constraints cannot be counted in any way; here they are counted by kind

SELECT
    to_regclass('archon_sync_history') IS NOT NULL AS table_exists,
    (
        SELECT count(*)
        FROM pg_index AS i
        WHERE i.indrelid = to_regclass('archon_sync_history')
    ) AS index_count,
    (
        SELECT count(*)
        FROM pg_trigger AS t
        WHERE t.tgrelid = to_regclass('archon_sync_history') AND NOT t.tgisinternal AND t.tgenabled = 'O'
    ) AS trigger_count,
    (
        SELECT count(*)
        FROM pg_constraint AS k
        WHERE k.conrelid = to_regclass('archon_sync_history') AND k.contype IN ('p', 'u')
    ) AS key_count,
    (
        SELECT count(*)
        FROM pg_constraint AS k
        WHERE k.conrelid = to_regclass('archon_sync_history') AND k.contype = 'c'
    ) AS check_count,
    (
        SELECT count(*)
        FROM pg_attribute AS a
        WHERE a.attrelid = to_regclass('archon_sync_history') AND a.attnum > 0 AND a.attnotnull
    ) AS not_null_count,
    (
        SELECT count(*)
        FROM pg_policy AS p
        WHERE p.polrelid = to_regclass('archon_sync_history')
    ) AS policy_count,
    (
        SELECT count(*)
        FROM (VALUES ('get_latest_sync(text)'), ('get_sync_stats(integer)')) AS f (name)
        WHERE to_regprocedure(f.name) IS NOT NULL
    ) AS function_count,
    (
        SELECT string_agg(m.version || '-' || m.migration_name, ', ')
        FROM archon_migrations AS m
        WHERE m.migration_name = '021_add_sync_history_table'
    ) AS registered_as;
