-- A user who signs in: by name, whatever the case.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- differs: no table scan, and the same user in any spelling
-- params: username (the name)
-- uses: idx_users_username

SELECT
    u.id,
    u.username,
    u.password_hash,
    u.mfa_secret,
    u.is_active,
    u.is_locked
FROM users AS u
WHERE lower(u.username) = lower($username);
