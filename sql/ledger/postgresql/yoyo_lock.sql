-- Lock of yoyo: no run of yoyo begins until the transaction ends. The row of one that works; killed, it leaves it there
-- for good. It is left when nobody is connected any more who was when it was written; ten minutes are for clocks that
-- differ, and what this role may not see of others is taken for the worst.

LOCK TABLE yoyo_lock IN SHARE ROW EXCLUSIVE MODE;

SELECT
    l.pid,
    count(a.pid) > 0 AS may_live
FROM yoyo_lock AS l
LEFT JOIN pg_stat_activity AS a
    ON
        a.datname = current_database()
        AND a.pid <> pg_backend_pid()
        AND coalesce(a.backend_type, 'client backend') = 'client backend'
        AND a.application_name NOT LIKE 'rung %'
        AND coalesce(a.backend_start < (l.ctime AT TIME ZONE 'UTC') + interval '10 minutes', TRUE)
GROUP BY l.pid;
