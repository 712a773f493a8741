-- Agents by Claude: those that call it in some way.
-- seed: 004 Migration Scripts and Versioning Strategy, Sample Migration Files
-- params: configuration (JSON that it holds)
-- uses: idx_agents_claude_config

SELECT
    a.id,
    a.name,
    a.claude_cli_config
FROM agents AS a
WHERE a.claude_cli_config @> cast($configuration AS jsonb);
