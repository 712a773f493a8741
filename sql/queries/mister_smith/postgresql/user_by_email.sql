-- A user by address: whatever the case.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: email (the address)
-- uses: idx_users_email

SELECT
    u.id,
    u.username
FROM users AS u
WHERE lower(u.email) = lower($email);
