-- Settings with a field: those whose value has it.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: field (the name of the field)
-- uses: idx_configurations_value

SELECT
    c.key,
    c.environment,
    c.agent_id,
    c.value
FROM configurations AS c
WHERE c.value ? $field;
