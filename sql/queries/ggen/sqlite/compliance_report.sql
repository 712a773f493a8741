-- Compliance report: who did what in a period, how often and with what outcome.
-- seed: 001 Integration Points, Tier 2 Architecture; Next Steps, Operations
-- params: since (first moment), until (first moment after the period)
-- uses: idx_audit_log_timestamp

-- The index knows times by their spelling, whose date is off by up to a day where it has an offset; so it narrows the
-- period to whole days and one more at each end, and the comparison of instants decides.
SELECT
    a.agent_id,
    a.operation,
    a.status,
    count(*) AS entries,
    coalesce(sum(a.duration_ms), 0) AS total_duration_ms,
    strftime('%Y-%m-%dT%H:%M:%fZ', min(julianday(a.timestamp))) AS first_entry,
    strftime('%Y-%m-%dT%H:%M:%fZ', max(julianday(a.timestamp))) AS last_entry
FROM audit_log AS a
WHERE
    a.timestamp >= date(:since, '-1 day') AND a.timestamp < date(:until, '+2 days')
    AND julianday(a.timestamp) >= julianday(:since) AND julianday(a.timestamp) < julianday(:until)
GROUP BY a.agent_id, a.operation, a.status
ORDER BY a.agent_id ASC, a.operation ASC, a.status ASC;
