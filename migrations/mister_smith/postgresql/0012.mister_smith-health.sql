-- Health: how large everything is, which indexes are used, and whether the database is well.
-- seed: 004 Performance Monitoring, Database Statistics; Health Check Queries
-- differs: a partitioned table has the size of its partitions, not 0, and any name is a name; 100 GB fits its type;
--   connections are held against max_connections; a month without a partition, and rows waiting in a DEFAULT partition,
--   are told by table
-- depends: 0009.mister_smith-partitions

-- The schema is the one in which agents is, wherever the caller looks for tables.
CREATE VIEW table_sizes WITH (security_invoker = TRUE) AS
SELECT
    n.nspname AS schemaname,
    c.relname AS tablename,
    pg_size_pretty(sum(pg_total_relation_size(coalesce(t.relid, c.oid::regclass)))) AS size,
    sum(pg_total_relation_size(coalesce(t.relid, c.oid::regclass)))::bigint AS size_bytes
FROM pg_class AS a
INNER JOIN pg_namespace AS n ON a.relnamespace = n.oid
INNER JOIN pg_class AS c ON n.oid = c.relnamespace AND c.relkind IN ('r', 'p')
-- The parent itself holds nothing; its partitions do.
LEFT JOIN LATERAL pg_partition_tree(c.oid::regclass) AS t ON c.relkind = 'p'
WHERE a.oid = 'agents'::regclass
GROUP BY n.nspname, c.relname
ORDER BY size_bytes DESC, c.relname ASC;

CREATE VIEW index_usage WITH (security_invoker = TRUE) AS
SELECT
    u.schemaname,
    u.relname AS tablename,
    u.indexrelname AS indexname,
    u.idx_tup_read,
    u.idx_tup_fetch,
    u.idx_scan,
    pg_size_pretty(pg_relation_size(u.indexrelid::regclass)) AS index_size
FROM pg_class AS a
INNER JOIN pg_class AS i ON a.relnamespace = i.relnamespace
INNER JOIN pg_stat_user_indexes AS u ON i.oid = u.indexrelid
WHERE a.oid = 'agents'::regclass
ORDER BY u.idx_scan DESC, u.indexrelname ASC;

SELECT set_config('search_path', format('%I, pg_temp', current_schema()), TRUE);

-- Runs as its owner, who sees the replicas and the rows of the DEFAULT partitions, and tells no more than numbers.
CREATE FUNCTION database_health_check()
RETURNS TABLE (check_name text, status text, details jsonb)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
    SELECT
        'database_size'::text AS check_name,
        CASE WHEN s.bytes < 100::bigint * 1024 * 1024 * 1024 THEN 'healthy' ELSE 'warning' END AS status,
        jsonb_build_object('size_bytes', s.bytes, 'size_pretty', pg_size_pretty(s.bytes)) AS details
    FROM (SELECT pg_database_size(current_database()) AS bytes) AS s
    UNION ALL
    SELECT
        'connection_count',
        CASE WHEN c.in_use < 0.8 * c.allowed THEN 'healthy' ELSE 'warning' END,
        jsonb_build_object('connections', c.in_use, 'max_connections', c.allowed)
    FROM (
        SELECT
            sum(d.numbackends) AS in_use,
            current_setting('max_connections')::integer AS allowed
        FROM pg_stat_database AS d
    ) AS c
    UNION ALL
    SELECT
        'replication_lag',
        CASE WHEN coalesce(r.lag_seconds, 0) < 30 THEN 'healthy' ELSE 'warning' END,
        jsonb_build_object('replicas', r.replicas, 'lag_seconds', r.lag_seconds)
    FROM (
        SELECT
            count(*) AS replicas,
            max(extract(EPOCH FROM l.replay_lag)) AS lag_seconds
        FROM pg_stat_replication AS l
    ) AS r
    UNION ALL
    SELECT
        'partition_maintenance',
        CASE
            WHEN count(*) FILTER (WHERE NOT m.has_current) > 0 THEN 'error'
            WHEN count(*) FILTER (WHERE NOT m.has_next OR m.has_strays) > 0 THEN 'warning'
            ELSE 'healthy'
        END,
        jsonb_build_object(
            'tables_checked', coalesce(jsonb_agg(m.table_name ORDER BY m.table_name), '[]'),
            'without_current_month',
            coalesce(jsonb_agg(m.table_name ORDER BY m.table_name) FILTER (WHERE NOT m.has_current), '[]'),
            'without_next_month',
            coalesce(jsonb_agg(m.table_name ORDER BY m.table_name) FILTER (WHERE NOT m.has_next), '[]'),
            'rows_in_default',
            coalesce(jsonb_agg(m.table_name ORDER BY m.table_name) FILTER (WHERE m.has_strays), '[]')
        )
    FROM (
        SELECT
            p.table_name,
            coalesce(bool_or(b.lower_bound <= now() AND b.upper_bound > now()), FALSE) AS has_current,
            coalesce(
                bool_or(b.lower_bound <= now() + interval '1 month' AND b.upper_bound > now() + interval '1 month'),
                FALSE
            ) AS has_next,
            CASE p.table_name
                WHEN 'messages' THEN exists(SELECT 1 FROM messages_default)
                WHEN 'audit_log' THEN exists(SELECT 1 FROM audit_log_default)
                WHEN 'metrics' THEN exists(SELECT 1 FROM metrics_default)
                ELSE FALSE
            END AS has_strays
        FROM partition_policies AS p
        CROSS JOIN LATERAL partitioned_table(p.table_name) AS t
        LEFT JOIN LATERAL partition_bounds(t.parent) AS b ON TRUE
        GROUP BY p.table_name
    ) AS m
$$;

REVOKE ALL ON FUNCTION database_health_check() FROM public;

GRANT SELECT ON table_sizes, index_usage TO mister_smith_admin;

GRANT EXECUTE ON FUNCTION database_health_check() TO mister_smith_admin;
