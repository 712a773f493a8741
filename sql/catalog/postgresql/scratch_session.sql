-- Settings of a session that makes scratch databases: how long it waits for locks and how long a statement may take
-- (with their units; 0: no limit). It is not ended for being idle, because its lock says that the drill lives. Nothing
-- that others have made stands in place of what PostgreSQL has itself; the schema is noted while it can be told.

SELECT
    pg_catalog.set_config(
        'rung.schema',
        CASE
            WHEN pg_catalog.length(pg_catalog.current_setting('rung.schema', TRUE)) OPERATOR (pg_catalog.>) 0
                THEN pg_catalog.current_setting('rung.schema', TRUE)
            ELSE coalesce(cast(pg_catalog.current_schema() AS pg_catalog.text), 'public')
        END,
        FALSE
    ),
    pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', FALSE),
    pg_catalog.set_config('TimeZone', 'UTC', FALSE),
    pg_catalog.set_config('client_min_messages', 'warning', FALSE),
    pg_catalog.set_config('lock_timeout', $lock_timeout, FALSE),
    pg_catalog.set_config('statement_timeout', $statement_timeout, FALSE),
    pg_catalog.set_config('idle_session_timeout', '0', FALSE);
