-- Metric values: every one is a finite number, those too that were there before the rule.
-- seed: 003 2. Database Initialization, Table Creation Sequence

SELECT
    'metrics id ' || m.id AS subject,
    'metric_value is ' || quote(m.metric_value) || ', which is no finite number' AS problem
FROM metrics AS m
WHERE typeof(m.metric_value) <> 'real' OR m.metric_value >= 9e999;
