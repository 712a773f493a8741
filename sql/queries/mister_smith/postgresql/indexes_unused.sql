-- Unused indexes: what is kept up and never asked, since the statistics were reset.
-- seed: 004 Performance Monitoring, Database Statistics

-- A unique index earns its place without being asked.
SELECT
    u.tablename,
    u.indexname,
    u.index_size
FROM index_usage AS u
INNER JOIN pg_namespace AS n ON u.schemaname = n.nspname
INNER JOIN pg_class AS c ON n.oid = c.relnamespace AND u.indexname = c.relname
INNER JOIN pg_index AS i ON c.oid = i.indexrelid
WHERE u.idx_scan = 0 AND NOT i.indisunique
ORDER BY u.tablename ASC, u.indexname ASC;
