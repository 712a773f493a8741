-- One metric over time: its average, hour by hour.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: metric_name (the metric), since (from this moment)
-- uses: idx_metrics_name_time

SELECT
    date_trunc('hour', m.recorded_at, 'UTC') AS hour,
    avg(m.metric_value) AS avg_value,
    min(m.metric_value) AS min_value,
    max(m.metric_value) AS max_value
FROM metrics AS m
WHERE m.metric_name = $metric_name AND m.recorded_at >= cast($since AS timestamptz)
GROUP BY hour
ORDER BY hour ASC;
