-- Whether the lock of the schema is still ours.

SELECT count(*) > 0 AS is_ours
FROM pg_locks AS l
INNER JOIN pg_database AS d ON l.database = d.oid
WHERE
    l.locktype = 'advisory'
    AND l.granted
    AND l.pid = pg_backend_pid()
    AND d.datname = current_database()
    AND l.classid = 1920298599
    AND cast(l.objid AS bigint) = (cast(hashtext(current_setting('rung.schema')) AS bigint) & 4294967295);
