-- Locks that this session holds on relations, the system's own and its temporary ones left out.

SELECT
    l.relation::bigint AS relation,
    upper(btrim(regexp_replace(replace(l.mode, 'Lock', ''), '([A-Z])', E' \\1', 'g'))) AS mode
FROM pg_locks AS l
INNER JOIN pg_class AS c ON l.relation = c.oid
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE
    l.pid = pg_backend_pid()
    AND l.locktype = 'relation'
    AND l.granted
    AND n.nspname <> 'information_schema'
    AND n.nspname NOT LIKE 'pg\_%';
