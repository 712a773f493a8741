-- History of a memory: every version of a key, newest first, the deleted ones too.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation
-- params: namespace (the namespace), key (the key)
-- uses: sqlite_autoindex_memory_entries_1

-- SQLite's own index of the unique constraint has the versions of a key in order.
SELECT
    m.id,
    m.version,
    m.value,
    m.memory_type,
    m.is_deleted,
    m.metadata,
    m.created_by,
    m.updated_by,
    m.created_at,
    m.updated_at
FROM memory_entries AS m
WHERE m.namespace = :namespace AND m.key = :key
ORDER BY m.version DESC;
