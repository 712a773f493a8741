-- Course of a metric: its last values, latest first.
-- seed: 003 2. Database Initialization, core indexes
-- params: metric_name (the metric), rows (at most this many)
-- uses: idx_metrics_name_timestamp

SELECT
    m.timestamp,
    m.metric_value,
    m.labels
FROM metrics AS m
WHERE m.metric_name = :metric_name
ORDER BY m.timestamp DESC, m.id DESC
LIMIT :rows;
