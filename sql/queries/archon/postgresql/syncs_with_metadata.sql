-- Syncs with metadata: all whose metadata holds what is asked for.
-- seed: 002 3. Indexes Created; Performance Considerations
-- params: metadata (a JSON object)
-- uses: idx_sync_history_metadata

SELECT
    s.sync_id,
    s.direction,
    s.status,
    s.started_at,
    s.metadata
FROM archon_sync_history AS s
WHERE s.metadata @> cast($metadata AS jsonb)
ORDER BY s.started_at DESC;
