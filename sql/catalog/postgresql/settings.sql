-- Settings of a session: which schema, UTC, and how long to wait for what. Times in milliseconds. Names are looked for
-- among PostgreSQL's own alone, but where a file of the project runs (path.sql, opened.sql). Until then
-- that is wherever the database has it, and so what does it is spelled out.

SELECT
    pg_catalog.set_config('rung.schema', $schema, FALSE),
    pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', FALSE),
    pg_catalog.set_config('TimeZone', 'UTC', FALSE),
    pg_catalog.set_config('client_min_messages', 'warning', FALSE),
    pg_catalog.set_config('lock_timeout', $lock_timeout, FALSE),
    pg_catalog.set_config('statement_timeout', $statement_timeout, FALSE),
    pg_catalog.set_config('idle_in_transaction_session_timeout', $idle_timeout, FALSE),
    pg_catalog.set_config('default_transaction_read_only', $read_only, FALSE);

-- Two settings that others may have made otherwise. What is said to be committed is on the disk, also where commits are
-- lazy by default. A killed run's statement ends soon, and its lock with it, where the server can see that the client
-- is gone (not on Windows).
SELECT
    set_config(
        'synchronous_commit',
        replace(current_setting('synchronous_commit'), 'off', 'local'),
        FALSE
    ),
    set_config(
        'client_connection_check_interval',
        CASE
            WHEN
                current_setting('client_connection_check_interval') <> '0'
                OR version() ~ '(mingw|windows|Visual C|msvc)'
                THEN current_setting('client_connection_check_interval')
            ELSE '500ms'
        END,
        FALSE
    );
