-- Trail of a user: what he did last.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: user_id (the user)
-- uses: idx_audit_log_user_time

SELECT
    l.created_at,
    l.event_type,
    l.action,
    l.resource_type,
    l.resource_id
FROM audit_log AS l
WHERE l.user_id = cast($user_id AS uuid)
ORDER BY l.created_at DESC
LIMIT 100;
