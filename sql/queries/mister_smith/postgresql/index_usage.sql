-- Index usage: the most used first.
-- seed: 004 Performance Monitoring, Database Statistics

SELECT
    u.schemaname,
    u.tablename,
    u.indexname,
    u.idx_scan,
    u.idx_tup_read,
    u.idx_tup_fetch,
    u.index_size
FROM index_usage AS u
ORDER BY u.idx_scan DESC, u.indexname ASC;
