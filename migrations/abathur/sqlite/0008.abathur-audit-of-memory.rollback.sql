-- Audit of memory undone: the table is to the byte what it was, and every entry of the trail stays.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- loses: audit.memory_operation_type, audit.memory_namespace, audit.memory_entry_id (what was done to which memory)

DROP INDEX idx_audit_memory_entry;

DROP INDEX idx_audit_memory_namespace;

DROP INDEX idx_audit_memory_operations;

ALTER TABLE audit DROP COLUMN memory_entry_id;

ALTER TABLE audit DROP COLUMN memory_namespace;

ALTER TABLE audit DROP COLUMN memory_operation_type;
