-- Deleted memories, purged: what was marked long ago goes for good, and audit entries no longer point to it.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation
-- params: before (first moment to keep)
-- writes: yes

-- Marks go up to a version, so the versions that stay have no gap: one that was marked later keeps those after it.
DELETE FROM memory_entries
WHERE
    is_deleted = 1
    AND updated_at < datetime(:before)
    AND NOT EXISTS (
        SELECT 1 FROM memory_entries AS o
        WHERE
            o.namespace = memory_entries.namespace
            AND o.key = memory_entries.key
            AND o.version < memory_entries.version
            AND o.updated_at >= datetime(:before)
    );
