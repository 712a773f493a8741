-- One sync: everything that is known of it.
-- seed: 002 2. Table Schema Implemented
-- params: sync_id (the sync)
-- uses: archon_sync_history_sync_id_key

SELECT
    s.id,
    s.sync_id,
    s.direction,
    s.status,
    s.started_at,
    s.completed_at,
    s.duration_seconds,
    s.total_rows,
    s.synced_rows,
    s.current_table,
    s.current_phase,
    s.percent_complete,
    s.tables_synced,
    s.verification_results,
    s.error_message,
    s.error_details,
    s.export_size_mb,
    s.import_duration_seconds,
    s.export_duration_seconds,
    s.indexing_duration_seconds,
    s.triggered_by,
    s.backup_file_path,
    s.source_db,
    s.target_db,
    s.metadata,
    s.created_at,
    s.updated_at
FROM archon_sync_history AS s
WHERE s.sync_id = $sync_id;
