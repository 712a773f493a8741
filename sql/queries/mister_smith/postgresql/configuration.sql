-- A setting: what holds for an agent, which is its own or else the one of the whole system.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: key (the key), environment (development, staging, production or testing), agent_id (the agent)
-- uses: idx_configurations_key_env

SELECT
    c.value,
    c.version,
    c.is_secret,
    c.is_encrypted,
    c.agent_id
FROM configurations AS c
WHERE
    c.key = $key
    AND c.environment = $environment
    AND (c.agent_id = cast($agent_id AS uuid) OR c.agent_id IS NULL)
ORDER BY c.agent_id ASC NULLS LAST
LIMIT 1;
