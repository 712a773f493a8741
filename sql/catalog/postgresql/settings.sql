-- Settings of a session: one schema and nothing else, UTC, and how long to wait for what. Times in milliseconds.

SELECT
    set_config('rung.schema', $schema, FALSE),
    set_config('search_path', quote_ident($schema), FALSE),
    set_config('TimeZone', 'UTC', FALSE),
    set_config('client_min_messages', 'warning', FALSE),
    set_config('lock_timeout', $lock_timeout, FALSE),
    set_config('statement_timeout', $statement_timeout, FALSE),
    set_config('idle_in_transaction_session_timeout', $idle_timeout, FALSE),
    set_config('default_transaction_read_only', $read_only, FALSE);
