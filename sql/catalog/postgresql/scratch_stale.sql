-- Scratch databases that a killed drill left: nobody holds their lock, whatever database he is connected to, nobody is
-- connected to them, and the role may drop them.

SELECT d.datname AS database_name
FROM pg_database AS d
WHERE
    d.datname ~ '^rung_drill_[0-9a-f]{16}_[0-9]+$'
    AND pg_has_role(d.datdba, 'MEMBER')
    AND d.oid NOT IN (
        SELECT a.datid FROM pg_stat_activity AS a
        WHERE a.datid IS NOT NULL
    )
    AND substring(d.datname, 12, 16) NOT IN (
        SELECT lpad(to_hex(cast(l.classid AS bigint)), 8, '0') || lpad(to_hex(cast(l.objid AS bigint)), 8, '0')
        FROM pg_locks AS l
        WHERE
            l.locktype = 'advisory'
            AND l.granted
            -- 1: a key of 64 bits.
            AND l.objsubid = 1
    )
ORDER BY d.datname;
