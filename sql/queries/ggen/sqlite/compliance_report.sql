-- Compliance report: who did what in a period, how often and with what outcome.
-- seed: 001 Integration Points, Tier 2 Architecture; Next Steps, Operations
-- params: since (first moment), until (first moment after the period)
-- uses: idx_audit_log_timestamp

-- The index knows times by their spelling, whose date is off by up to a day where it has an offset; so it narrows the
-- period to whole days and one more at each end, and the comparison of instants decides.
-- A limit that limits nothing keeps the order of the entries, and with it the index, from being optimised away: for the
-- sake of the groups SQLite would rather walk the trail of each agent, all over the table.
WITH entries AS (
    SELECT
        a.agent_id,
        a.operation,
        a.status,
        a.duration_ms,
        julianday(a.timestamp) AS instant
    FROM audit_log AS a
    WHERE
        a.timestamp >= date(:since, '-1 day') AND a.timestamp < date(:until, '+2 days')
        AND julianday(a.timestamp) >= julianday(:since) AND julianday(a.timestamp) < julianday(:until)
    ORDER BY a.timestamp DESC
    LIMIT -1
)

SELECT
    e.agent_id,
    e.operation,
    e.status,
    count(*) AS entries,
    coalesce(sum(e.duration_ms), 0) AS total_duration_ms,
    strftime('%Y-%m-%dT%H:%M:%fZ', min(e.instant)) AS first_entry,
    strftime('%Y-%m-%dT%H:%M:%fZ', max(e.instant)) AS last_entry
FROM entries AS e
GROUP BY e.agent_id, e.operation, e.status
ORDER BY e.agent_id ASC, e.operation ASC, e.status ASC;
