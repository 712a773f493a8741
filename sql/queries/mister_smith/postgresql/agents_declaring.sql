-- Agents that declare: those with all of some capabilities.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: names (an array, as in {plan,review})
-- uses: idx_agents_capabilities

SELECT
    a.id,
    a.name,
    a.capabilities
FROM agents AS a
WHERE a.capabilities @> cast($names AS text[]);
