-- Expired episodes: what happened too long ago to be kept, oldest first.
-- seed: 003 3. Memory Tables Deployment, Memory indexes
-- params: before (first moment to keep), rows (at most this many)
-- uses: idx_memory_episodic_ttl

SELECT
    m.id,
    m.namespace,
    m.key,
    m.version,
    m.updated_at
FROM memory_entries AS m
WHERE m.memory_type = 'episodic' AND m.is_deleted = 0 AND m.updated_at < datetime(:before)
ORDER BY m.updated_at ASC, m.id ASC
LIMIT :rows;
