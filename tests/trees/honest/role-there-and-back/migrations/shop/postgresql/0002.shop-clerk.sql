-- Clerk: may read orders.

CREATE ROLE shop_clerk NOLOGIN;

GRANT SELECT ON orders TO shop_clerk;

ALTER ROLE shop_clerk SET statement_timeout = '5s';
