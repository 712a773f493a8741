-- Expired episodes, forgotten: marked, and purged later; a younger version of a key stays current.
-- seed: 003 3. Memory Tables Deployment, Memory indexes
-- params: before (first moment to keep)
-- uses: idx_memory_episodic_ttl
-- writes: yes

UPDATE memory_entries
SET is_deleted = 1
WHERE memory_type = 'episodic' AND is_deleted = 0 AND updated_at < datetime(:before);
