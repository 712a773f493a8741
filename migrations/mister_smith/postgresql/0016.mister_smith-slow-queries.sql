-- Slow queries: what takes more than 100 ms on average, from the server's own statistics.
-- seed: 004 Performance Monitoring, Database Statistics
-- differs: the columns of pg_stat_statements since PostgreSQL 13; queries of this database only
-- depends: 0012.mister_smith-health
-- requires: extension pg_stat_statements loaded

-- In a schema of its own, because other copies of the family use it too. One that is there already, wherever, is used.
DO $$
BEGIN
    PERFORM 1 FROM pg_extension AS e WHERE e.extname = 'pg_stat_statements';
    IF FOUND THEN
        RETURN;
    END IF;
    PERFORM 1 FROM pg_namespace AS n WHERE n.nspname = 'mister_smith_extensions';
    IF NOT FOUND THEN
        CREATE SCHEMA mister_smith_extensions;
        COMMENT ON SCHEMA mister_smith_extensions IS 'made by rung for mister_smith';
    END IF;
    CREATE EXTENSION pg_stat_statements SCHEMA mister_smith_extensions;
    COMMENT ON EXTENSION pg_stat_statements IS 'made by rung for mister_smith';
END;
$$;

SELECT set_config('search_path', format('%I, %I', current_schema(), n.nspname), TRUE)
FROM pg_extension AS e
INNER JOIN pg_namespace AS n ON e.extnamespace = n.oid
WHERE e.extname = 'pg_stat_statements';

CREATE VIEW slow_queries WITH (security_invoker = TRUE) AS
SELECT
    s.query,
    s.calls,
    s.total_exec_time AS total_time,
    s.mean_exec_time AS mean_time,
    s.rows,
    100.0 * s.shared_blks_hit / nullif(s.shared_blks_hit + s.shared_blks_read, 0) AS hit_percent
FROM pg_stat_statements AS s
INNER JOIN pg_database AS d ON s.dbid = d.oid
WHERE d.datname = current_database() AND s.mean_exec_time > 100
ORDER BY s.mean_exec_time DESC;

GRANT SELECT ON slow_queries TO mister_smith_admin;
