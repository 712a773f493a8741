-- Clerk taken back: the role.

REVOKE SELECT ON orders FROM shop_clerk;

DROP ROLE shop_clerk;
