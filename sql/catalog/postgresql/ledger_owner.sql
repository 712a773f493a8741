-- Owner of the ledger: the role that applied the steps, and whose everything is that they give to nobody else.

SELECT pg_get_userbyid(c.relowner)::text AS owner
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE n.nspname = current_schema() AND c.relname = '_yoyo_migration';
