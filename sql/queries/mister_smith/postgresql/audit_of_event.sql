-- Trail of an event: who caused it last.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: event_type (the event)
-- uses: idx_audit_log_event_type

SELECT
    l.created_at,
    l.agent_id,
    l.user_id,
    l.action,
    l.metadata
FROM audit_log AS l
WHERE l.event_type = $event_type
ORDER BY l.created_at DESC
LIMIT 100;
