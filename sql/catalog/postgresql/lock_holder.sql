-- Who holds the lock of the schema, as it is told to the one who waits for it.

SELECT
    'process ' || cast(a.pid AS text) || ' ('
    || concat_ws(
        ', ',
        nullif(a.application_name, ''),
        'user ' || a.usename,
        'from ' || host(a.client_addr)
    )
    || ')' AS holder
FROM pg_locks AS l
INNER JOIN pg_stat_activity AS a ON l.pid = a.pid
WHERE
    l.locktype = 'advisory'
    AND l.granted
    AND l.database = a.datid
    AND l.classid = 1920298599
    AND cast(l.objid AS bigint) = (cast(hashtext(current_setting('rung.schema')) AS bigint) & 4294967295);
