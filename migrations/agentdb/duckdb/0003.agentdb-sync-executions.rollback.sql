-- Sync executions undone: the schema no longer records what a synchronization did.
-- seed: 000 8.1 Complete Schema Removal
-- loses: sync_executions (every row), sync_execution_keys (copies of its keys)

DROP TRIGGER sync_executions_key_kept ON sync_executions;

DROP TRIGGER sync_executions_key_removed ON sync_executions;

DROP TRIGGER sync_executions_key_added ON sync_executions;

DROP TABLE sync_execution_keys;

DROP INDEX idx_exec_sync_result;

DROP INDEX idx_exec_file;

DROP INDEX idx_exec_started;

DROP INDEX idx_exec_phi;

DROP INDEX idx_exec_result;

DROP INDEX idx_exec_sync;

DROP TABLE sync_executions;
