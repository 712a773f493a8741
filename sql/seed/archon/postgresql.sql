-- Syncs of ten days: a small history, counted back from now, for tests, drills and demonstrations.
-- seed: 002 2. Table Schema Implemented; 7. Helper Functions Created

-- What is asked of the last days finds something on any day; the dates in the names are those of the document.
INSERT INTO archon_sync_history (
    sync_id, direction, status, started_at, completed_at, duration_seconds, total_rows, synced_rows, current_table,
    current_phase, percent_complete, tables_synced, verification_results, error_message, error_details,
    export_size_mb, export_duration_seconds, import_duration_seconds, indexing_duration_seconds, triggered_by,
    backup_file_path, source_db, target_db, metadata
)
VALUES
-- The first one, by hand, of everything.
(
    'sync_20260102_090000', 'local-to-remote', 'completed',
    now() - interval '10 days', now() - interval '10 days' + interval '312 seconds', 312, 48210, 48210,
    NULL, 'verification', 100,
    '[{"table_name": "archon_sources", "row_count": 210, "duration_seconds": 2},
      {"table_name": "archon_crawled_pages", "row_count": 48000, "duration_seconds": 298}]',
    '{"archon_sources": {"local": 210, "remote": 210}, "archon_crawled_pages": {"local": 48000, "remote": 48000}}',
    NULL, '{}', 182.40, 61, 188, 49, 'User',
    '/var/backups/archon/sync_20260102_090000.dump', 'local', 'remote', '{"branch": "main", "host": "workstation"}'
),
-- Broken off half-way: what is known of the error is kept.
(
    'sync_20260106_020000', 'remote-to-local', 'failed',
    now() - interval '6 days', now() - interval '6 days' + interval '75 seconds', 75, 48390, 210,
    'archon_crawled_pages', 'import', 43,
    '[{"table_name": "archon_sources", "row_count": 210, "duration_seconds": 3}]',
    '{}',
    'could not extend file: No space left on device', '{"sqlstate": "53100", "table_name": "archon_crawled_pages"}',
    183.05, 58, 14, NULL, 'cron',
    '/var/backups/archon/sync_20260106_020000.dump', 'remote', 'local', '{"branch": "main", "host": "workstation"}'
),
(
    'sync_20260106_081500', 'remote-to-local', 'completed',
    now() - interval '5 days 18 hours', now() - interval '5 days 18 hours' + interval '290 seconds', 290, 48390, 48390,
    NULL, 'verification', 100,
    '[{"table_name": "archon_sources", "row_count": 210, "duration_seconds": 2},
      {"table_name": "archon_crawled_pages", "row_count": 48180, "duration_seconds": 281}]',
    '{"archon_sources": {"local": 210, "remote": 210}, "archon_crawled_pages": {"local": 48180, "remote": 48180}}',
    NULL, '{}', 183.05, 57, 180, 47, 'User',
    '/var/backups/archon/sync_20260106_081500.dump', 'remote', 'local',
    '{"branch": "main", "host": "workstation", "retry_of": "sync_20260106_020000"}'
),
-- Stopped before it wrote anything.
(
    'sync_20260109_113000', 'bidirectional', 'cancelled',
    now() - interval '3 days', now() - interval '3 days' + interval '8 seconds', 8, 48400, 0,
    NULL, 'validation', 2, '[]', '{}',
    NULL, '{}', NULL, NULL, NULL, NULL, 'User',
    NULL, NULL, NULL, '{"branch": "feature/merge", "host": "laptop"}'
),
(
    'sync_20260111_020000', 'local-to-remote', 'completed',
    now() - interval '1 day', now() - interval '1 day' + interval '41 seconds', 41, 912, 912,
    NULL, 'verification', 100,
    '[{"table_name": "archon_crawled_pages", "row_count": 912, "duration_seconds": 39}]',
    '{"archon_crawled_pages": {"local": 49092, "remote": 49092}}',
    NULL, '{}', 3.52, 6, 22, 8, 'cron',
    '/var/backups/archon/sync_20260111_020000.dump', 'local', 'remote', '{"branch": "main", "host": "workstation"}'
),
-- Under way.
(
    'sync_20260112_100000', 'local-to-remote', 'running',
    now() - interval '2 minutes', NULL, NULL, 1500, 600,
    'archon_crawled_pages', 'import', 40,
    '[]', '{}',
    NULL, '{}', 5.75, 9, NULL, NULL, 'User',
    '/var/backups/archon/sync_20260112_100000.dump', 'local', 'remote', '{"branch": "main", "host": "workstation"}'
);
