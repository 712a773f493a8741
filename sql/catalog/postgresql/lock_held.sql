-- Fails unless the lock of the schema is still ours. It is held twice (lock.sql): given back once and taken again, it
-- is ours all the while. And the server's clock, in milliseconds.

SELECT
    1 / CASE
        WHEN pg_advisory_unlock(1920298599, hashtext(current_setting('rung.schema')))
            THEN cast(pg_try_advisory_lock(1920298599, hashtext(current_setting('rung.schema'))) AS integer)
        ELSE 0
    END AS is_ours,
    extract(EPOCH FROM clock_timestamp()) * 1000 AS ms;
