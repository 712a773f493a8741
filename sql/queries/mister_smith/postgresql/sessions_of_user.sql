-- Sessions of a user: where he is signed in.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: user_id (the user)
-- uses: idx_user_sessions_user_active

SELECT
    s.id,
    s.ip_address,
    s.user_agent,
    s.last_activity_at,
    s.expires_at
FROM user_sessions AS s
WHERE s.user_id = cast($user_id AS uuid) AND s.is_active;
