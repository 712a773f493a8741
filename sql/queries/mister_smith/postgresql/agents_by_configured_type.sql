-- Agents by configured type: those whose configuration names a type.
-- seed: 004 Index Definitions and Performance Optimization, JSONB-Specific Indexes
-- params: type (the type)
-- uses: idx_agents_config_type

SELECT
    a.id,
    a.name
FROM agents AS a
WHERE a.configuration ->> 'type' = $type;
