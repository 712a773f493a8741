-- Growth of the audit trail: events and blocks of each month, to see when an archive is due.
-- seed: 000 6.4 Maintenance Recommendations
-- differs: the original asks to monitor the trail and leaves it at that

SELECT
    date_trunc('month', a.timestamp) AS first_day,
    count(*) AS events,
    count(*) FILTER (WHERE a.phi_involved) AS phi_events,
    count(DISTINCT s.block_number) AS blocks
FROM sync_audit_trail AS a
LEFT JOIN sync_audit_seals AS s ON a.audit_id = s.audit_id
GROUP BY first_day
ORDER BY first_day DESC;
