-- Users of a role: who holds it.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: role_id (the role)
-- uses: idx_user_roles_role

SELECT
    u.id,
    u.username,
    g.granted_at,
    g.expires_at
FROM user_roles AS g
INNER JOIN users AS u ON g.user_id = u.id
WHERE g.role_id = cast($role_id AS uuid);
