-- Open syncs: what runs, or has failed, and where it stands.
-- seed: 002 3. Indexes Created; Performance Considerations
-- uses: idx_sync_history_status

SELECT
    s.sync_id,
    s.status,
    s.direction,
    s.started_at,
    s.current_phase,
    s.current_table,
    s.percent_complete,
    s.error_message
FROM archon_sync_history AS s
WHERE s.status IN ('running', 'failed')
ORDER BY s.status DESC, s.started_at DESC;
