-- How many others than the process $maker are connected to the database of the session: while one is, PostgreSQL makes
-- no copy of it, and nobody new gets in while it waits for him to go.

SELECT count(*) AS others
FROM pg_stat_activity AS a
WHERE
    a.datname = current_database()
    AND a.pid NOT IN (pg_backend_pid(), cast($maker AS int))
    -- Sent away by PostgreSQL itself. Not every role may see what a process is.
    AND coalesce(a.backend_type, '') <> 'autovacuum worker';
