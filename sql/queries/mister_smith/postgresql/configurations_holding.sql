-- Settings that hold: those whose value has some values inside.
-- seed: 004 Index Definitions and Performance Optimization, JSONB-Specific Indexes
-- params: value (JSON that it holds)
-- uses: idx_configurations_nested

SELECT
    c.key,
    c.environment,
    c.agent_id,
    c.value
FROM configurations AS c
WHERE c.value @> cast($value AS jsonb);
