-- Memory entries undone: everything is forgotten, in every version.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation
-- loses: memory_entries (every row)

DROP TRIGGER memory_entries_updated_at;

DROP TRIGGER memory_entries_no_loss;

DROP TRIGGER memory_entries_mark;

DROP TRIGGER memory_entries_no_return;

DROP TRIGGER memory_entries_no_overwrite;

DROP TRIGGER memory_entries_no_tombstone;

DROP TRIGGER memory_entries_next_version;

DROP INDEX idx_memory_created_by;

DROP INDEX idx_memory_episodic_ttl;

DROP INDEX idx_memory_conflict_detection;

DROP INDEX idx_memory_namespace_prefix;

DROP INDEX idx_memory_type_updated;

DROP INDEX idx_memory_namespace_key_version;

DROP INDEX idx_memory_entries_pk;

DROP TABLE memory_entries;
