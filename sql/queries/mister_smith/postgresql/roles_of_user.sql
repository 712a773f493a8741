-- Roles of a user: those that hold now.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: user_id (the user)
-- uses: idx_user_roles_user

SELECT
    r.name,
    r.permissions,
    g.expires_at
FROM user_roles AS g
INNER JOIN roles AS r ON g.role_id = r.id
WHERE g.user_id = cast($user_id AS uuid) AND (g.expires_at IS NULL OR g.expires_at > now());
