-- Ledger tables: which of them exist, so that reading a database without a ledger creates none.

SELECT name
FROM sqlite_schema
WHERE
    type = 'table'
    AND name IN ('_yoyo_migration', '_yoyo_log', '_yoyo_version', '_rung_step', '_rung_event', '_rung_version');
