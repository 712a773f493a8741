-- Memories of a creator: what an agent or a session has contributed, latest first.
-- seed: 003 3. Memory Tables Deployment, Memory indexes
-- params: created_by (the agent or session), rows (at most this many)
-- uses: idx_memory_created_by

SELECT
    m.namespace,
    m.key,
    m.version,
    m.memory_type,
    m.is_deleted,
    m.created_at
FROM memory_entries AS m
WHERE m.created_by = :created_by
ORDER BY m.created_at DESC, m.id DESC
LIMIT :rows;
