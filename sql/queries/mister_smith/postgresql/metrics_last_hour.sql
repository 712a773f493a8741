-- Metrics of the last hour: what every agent measured, put together.
-- seed: 004 Query Optimization Patterns, Common Query Patterns
-- uses: metrics_metric_type_recorded_at_idx

SELECT
    m.agent_id,
    m.metric_name,
    avg(m.metric_value) AS avg_value,
    max(m.metric_value) AS max_value,
    count(*) AS sample_count
FROM metrics AS m
WHERE m.recorded_at >= now() - interval '1 hour' AND m.metric_type = 'gauge'
GROUP BY m.agent_id, m.metric_name;
