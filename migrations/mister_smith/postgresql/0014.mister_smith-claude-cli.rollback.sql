-- Claude CLI undone: agents and messages stay, without the two columns.
-- seed: 004 Migration Scripts and Versioning Strategy, Sample Migration Files, 002_add_claude_cli_integration.sql
-- loses: agents.claude_cli_config, messages.claude_cli_context (every value)

REVOKE INSERT (claude_cli_context) ON messages FROM agent_user;

DROP INDEX idx_agents_claude_config;

ALTER TABLE messages DROP COLUMN claude_cli_context;

ALTER TABLE agents DROP COLUMN claude_cli_config;
