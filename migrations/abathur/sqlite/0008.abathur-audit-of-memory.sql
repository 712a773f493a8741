-- Audit of memory: the trail also tells what was done to which memory.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- differs: memory_operation_type is checked, where the original only comments on it, and memory_namespace begins as a
--   namespace does
-- depends: 0007.abathur-agents-in-sessions 0003.abathur-memory-entries 0001.abathur-core-tables

ALTER TABLE audit ADD COLUMN memory_operation_type TEXT
CONSTRAINT audit_memory_operation_type_check CHECK (
    memory_operation_type IN ('create', 'update', 'delete', 'consolidate', 'publish')
);

ALTER TABLE audit ADD COLUMN memory_namespace TEXT
CONSTRAINT audit_memory_namespace_check CHECK (
    memory_namespace GLOB 'project:*'
    OR memory_namespace GLOB 'app:*'
    OR memory_namespace GLOB 'user:*'
    OR memory_namespace GLOB 'session:*'
    OR memory_namespace GLOB 'temp:*'
);

-- An entry that is purged leaves its trail behind.
ALTER TABLE audit ADD COLUMN memory_entry_id INTEGER
CONSTRAINT audit_memory_entry_id_fkey REFERENCES memory_entries (id) ON DELETE SET NULL;

-- What was done of one kind, latest first. These three are partial: most of the trail is not about memory.
CREATE INDEX idx_audit_memory_operations ON audit (memory_operation_type, timestamp DESC)
WHERE memory_operation_type IS NOT NULL;

-- What was done in a namespace, latest first.
CREATE INDEX idx_audit_memory_namespace ON audit (memory_namespace, timestamp DESC)
WHERE memory_namespace IS NOT NULL;

-- What was done to one entry, latest first; also spares a scan when an entry is purged.
CREATE INDEX idx_audit_memory_entry ON audit (memory_entry_id, timestamp DESC)
WHERE memory_entry_id IS NOT NULL;
