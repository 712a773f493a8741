-- Capable agents: active agents that have one of some capabilities.
-- seed: 004 Query Optimization Patterns, Common Query Patterns
-- differs: written without = true, which is the same
-- params: names (an array, as in {plan,review})
-- uses: agent_capabilities_capability_name_idx

SELECT
    a.id,
    a.name,
    c.capability_name
FROM agents AS a
INNER JOIN agent_capabilities AS c ON a.id = c.agent_id
WHERE
    c.capability_name = any(cast($names AS text[]))
    AND c.enabled
    AND a.status = 'active';
