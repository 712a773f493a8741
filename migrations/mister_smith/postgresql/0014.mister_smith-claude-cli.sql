-- Claude CLI: how an agent calls it, and what a message carries from one call to the next.
-- seed: 004 Migration Scripts and Versioning Strategy, Sample Migration Files, 002_add_claude_cli_integration.sql
-- differs: a step of its own instead of a call of execute_migration; agents may send the new column
-- depends: 0011.mister_smith-access

ALTER TABLE agents ADD COLUMN claude_cli_config jsonb DEFAULT '{}';

ALTER TABLE messages ADD COLUMN claude_cli_context jsonb DEFAULT '{}';

-- Agents whose calls are set up in some way: claude_cli_config @> '{…}'.
CREATE INDEX idx_agents_claude_config ON agents USING gin (claude_cli_config jsonb_path_ops);

GRANT INSERT (claude_cli_context) ON messages TO agent_user;
