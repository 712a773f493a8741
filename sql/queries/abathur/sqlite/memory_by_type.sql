-- Memories of a type: what is known of facts, episodes or procedures, latest first, superseded versions too.
-- seed: 003 3. Memory Tables Deployment, Memory indexes
-- params: memory_type (semantic | episodic | procedural), rows (at most this many)
-- uses: idx_memory_type_updated

SELECT
    m.namespace,
    m.key,
    m.version,
    m.value,
    m.updated_by,
    m.updated_at
FROM memory_entries AS m
WHERE m.memory_type = :memory_type AND m.is_deleted = 0
ORDER BY m.updated_at DESC, m.id DESC
LIMIT :rows;
