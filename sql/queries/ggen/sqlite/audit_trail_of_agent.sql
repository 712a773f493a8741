-- Audit trail of an agent: every entry of a period, the latest first.
-- seed: 001 Integration Points, Tier 2 Architecture; Next Steps, Operations
-- params: agent_id (the agent), since (first moment), until (first moment after the period)
-- uses: idx_audit_log_agent_id

-- The index knows times by their spelling, whose date is off by up to a day where it has an offset; so it narrows the
-- period to whole days and one more at each end, and the comparison of instants decides.
SELECT
    a.timestamp,
    a.operation,
    a.status,
    a.duration_ms,
    a.error_message,
    a.context_json
FROM audit_log AS a
WHERE
    a.agent_id = :agent_id
    AND a.timestamp >= date(:since, '-1 day') AND a.timestamp < date(:until, '+2 days')
    AND julianday(a.timestamp) >= julianday(:since) AND julianday(a.timestamp) < julianday(:until)
ORDER BY julianday(a.timestamp) DESC, a.id DESC;
