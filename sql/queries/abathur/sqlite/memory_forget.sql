-- Memory, deleted: every version of a key is marked, with who did it.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation
-- params: namespace (the namespace), key (the key), agent (who forgets)
-- uses: idx_memory_namespace_key_version
-- writes: yes

UPDATE memory_entries
SET
    is_deleted = 1,
    updated_by = :agent
WHERE namespace = :namespace AND key = :key AND is_deleted = 0;
