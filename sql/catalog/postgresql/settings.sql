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
    pg_catalog.set_config('default_transaction_read_only', $read_only, FALSE),
    pg_catalog.set_config('synchronous_commit', $commits, FALSE),
    pg_catalog.set_config('client_connection_check_interval', $looks, FALSE);
