-- Settings of a session that makes scratch databases: how long it waits for locks and how long a statement may take
-- (with their units; 0: no limit). It is not ended for being idle, because its lock says that the drill lives. Nothing
-- that others have made stands in place of what PostgreSQL has itself; the schema is noted while it can be told.

SELECT
    set_config(
        'rung.schema',
        coalesce(nullif(current_setting('rung.schema', TRUE), ''), cast(current_schema() AS text), 'public'),
        FALSE
    ),
    set_config('search_path', 'pg_catalog, pg_temp', FALSE),
    set_config('TimeZone', 'UTC', FALSE),
    set_config('client_min_messages', 'warning', FALSE),
    set_config('lock_timeout', $lock_timeout, FALSE),
    set_config('statement_timeout', $statement_timeout, FALSE),
    set_config('idle_session_timeout', '0', FALSE);
