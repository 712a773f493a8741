-- Audit trail: who did what in a period, latest first.
-- seed: 004 Query Optimization Patterns, Common Query Patterns
-- params: since (from this moment), until (to this one)
-- uses: audit_log_created_at_idx

SELECT
    l.event_type,
    l.action,
    l.resource_type,
    u.username,
    a.name AS agent_name,
    l.created_at
FROM audit_log AS l
LEFT JOIN users AS u ON l.user_id = u.id
LEFT JOIN agents AS a ON l.agent_id = a.id
WHERE l.created_at >= cast($since AS timestamptz) AND l.created_at <= cast($until AS timestamptz)
ORDER BY l.created_at DESC;
