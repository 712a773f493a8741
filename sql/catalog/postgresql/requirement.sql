-- Requirement of an optional step: why this server does not meet `extension NAME [loaded]`, or NULL when it does.

-- pg_settings leaves out what the role may not see, where current_setting() would fail.
WITH visible AS (
    SELECT
        (
            SELECT s.setting FROM pg_settings AS s
            WHERE s.name = 'shared_preload_libraries'
        ) AS libraries,
        -- Such as cron.database_name: pg_cron works in one database of a server only.
        (
            SELECT s.setting
            FROM pg_settings AS s
            WHERE s.name = regexp_replace($name, '^pg_', '') || '.database_name'
        ) AS database_name
)

SELECT
    CASE
        WHEN $name NOT IN (SELECT e.name FROM pg_available_extensions AS e)
            THEN 'the server has no extension ' || $name
        WHEN cast($loaded AS boolean) AND v.libraries IS NULL
            THEN 'whether the server loads ' || $name || ' is for pg_read_all_settings to see'
        WHEN
            cast($loaded AS boolean)
            AND $name NOT IN (SELECT l.name FROM regexp_split_to_table(v.libraries, '\s*,\s*') AS l (name))
            THEN $name || ' is not in shared_preload_libraries'
        WHEN v.database_name <> current_database()
            THEN $name || ' works in database ' || v.database_name || ' only'
    END AS missing
FROM visible AS v;
