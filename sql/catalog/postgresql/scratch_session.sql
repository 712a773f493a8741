-- Settings of a session that makes scratch databases: how long it waits for locks and how long a statement may take
-- (with their units; 0: no limit). It is not ended for being idle, because its lock says that the drill lives.

SELECT
    set_config('TimeZone', 'UTC', FALSE),
    set_config('client_min_messages', 'warning', FALSE),
    set_config('lock_timeout', $lock_timeout, FALSE),
    set_config('statement_timeout', $statement_timeout, FALSE),
    set_config('idle_session_timeout', '0', FALSE);
