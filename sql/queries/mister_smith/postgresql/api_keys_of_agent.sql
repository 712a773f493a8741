-- Keys of an agent: which it has, and when each was last used.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: agent_id (the agent)
-- uses: idx_api_keys_agent

SELECT
    k.id,
    k.name,
    k.is_active,
    k.last_used_at,
    k.expires_at
FROM api_keys AS k
WHERE k.agent_id = cast($agent_id AS uuid);
