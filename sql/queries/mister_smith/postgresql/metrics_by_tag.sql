-- Metrics by tag: what was measured under some tags.
-- seed: 004 Index Definitions and Performance Optimization, JSONB-Specific Indexes
-- params: tags (JSON that they hold)
-- uses: idx_metrics_tags

SELECT
    m.recorded_at,
    m.metric_name,
    m.metric_value,
    m.tags
FROM metrics AS m
WHERE m.tags @> cast($tags AS jsonb)
ORDER BY m.recorded_at DESC;
