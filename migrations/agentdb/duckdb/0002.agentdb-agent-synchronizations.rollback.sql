-- Agent synchronizations undone: the schema no longer registers synchronizations.
-- seed: 000 8.1 Complete Schema Removal
-- loses: agent_synchronizations (every row), agent_synchronization_keys (copies of its keys)

DROP TRIGGER agent_synchronizations_key_kept ON agent_synchronizations;

DROP TRIGGER agent_synchronizations_key_removed ON agent_synchronizations;

DROP TRIGGER agent_synchronizations_key_added ON agent_synchronizations;

DROP TABLE agent_synchronization_keys;

DROP INDEX idx_sync_agent_status;

DROP INDEX idx_sync_worktree;

DROP INDEX idx_sync_pattern;

DROP INDEX idx_sync_created;

DROP INDEX idx_sync_status;

DROP INDEX idx_sync_agent;

DROP TABLE agent_synchronizations;
