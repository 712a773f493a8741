-- Memory: the current value of a key.
-- seed: 003 3. Memory Tables Deployment, namespace hierarchy
-- params: namespace (the namespace), key (the key)
-- uses: idx_memory_namespace_key_version

SELECT
    m.id,
    m.value,
    m.memory_type,
    m.version,
    m.metadata,
    m.created_by,
    m.updated_by,
    m.created_at,
    m.updated_at
FROM memory_entries AS m
WHERE m.namespace = :namespace AND m.key = :key AND m.is_deleted = 0
ORDER BY m.version DESC
LIMIT 1;
