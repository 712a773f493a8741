-- Dormant users: active accounts that nobody has used for long.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: days (not used for so long)
-- uses: idx_users_active

SELECT
    u.id,
    u.username,
    u.last_login_at
FROM users AS u
WHERE u.is_active AND u.last_login_at < now() - make_interval(days => cast($days AS integer))
ORDER BY u.last_login_at ASC;
