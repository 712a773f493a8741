-- Agents by configuration: those configured in some way.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: configuration (JSON that it holds)
-- uses: idx_agents_configuration

SELECT
    a.id,
    a.name,
    a.configuration
FROM agents AS a
WHERE a.configuration @> cast($configuration AS jsonb);
