-- Trail by metadata: entries whose metadata has some values.
-- seed: 004 Index Definitions and Performance Optimization, JSONB-Specific Indexes
-- params: metadata (JSON that it holds)
-- uses: idx_audit_metadata

SELECT
    l.created_at,
    l.event_type,
    l.action,
    l.metadata
FROM audit_log AS l
WHERE l.metadata @> cast($metadata AS jsonb)
ORDER BY l.created_at DESC;
