-- Requirement of an optional step: why this server does not meet `extension NAME [loaded]`, or NULL when it does.

SELECT CASE
    WHEN $name NOT IN (SELECT e.name FROM pg_available_extensions AS e)
        THEN 'the server has no extension ' || $name
    WHEN
        cast($loaded AS boolean)
        AND $name NOT IN (
            SELECT l.name FROM regexp_split_to_table(current_setting('shared_preload_libraries'), '\s*,\s*') AS l (name)
        )
        THEN $name || ' is not in shared_preload_libraries'
    -- pg_cron can be made in one database of a server only.
    WHEN current_setting($name || '.database_name', TRUE) <> current_database()
        THEN $name || ' works in database ' || current_setting($name || '.database_name') || ' only'
END AS missing;
