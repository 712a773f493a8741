-- Metrics of a period: the stages that ended in it, for analysis elsewhere.
-- seed: 001 Next Steps, Monitoring
-- params: since (first moment), until (first moment after the period)
-- uses: idx_pipeline_metrics_timestamp

-- The index knows times by their spelling, whose date is off by up to a day where it has an offset; so it narrows the
-- period to whole days and one more at each end, and the comparison of instants decides.
SELECT
    m.id,
    m.execution_id,
    m.stage,
    m.status,
    m.duration_ms,
    m.input_size_bytes,
    m.output_size_bytes,
    m.error_message,
    m.timestamp
FROM pipeline_metrics AS m
WHERE
    m.timestamp >= date(:since, '-1 day') AND m.timestamp < date(:until, '+2 days')
    AND julianday(m.timestamp) >= julianday(:since) AND julianday(m.timestamp) < julianday(:until)
ORDER BY julianday(m.timestamp) ASC, m.id ASC;
