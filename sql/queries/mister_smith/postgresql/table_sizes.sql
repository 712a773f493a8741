-- Table sizes: the largest first, a partitioned table with all of its months.
-- seed: 004 Performance Monitoring, Database Statistics

SELECT
    s.schemaname,
    s.tablename,
    s.size,
    s.size_bytes
FROM table_sizes AS s
ORDER BY s.size_bytes DESC, s.tablename ASC;
