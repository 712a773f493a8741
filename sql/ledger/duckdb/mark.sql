-- Ledger mark: whether anything beside what rung makes itself runs when rows are written to its tables; and what is not
--   the same when a step has written to them.
-- differs: DuckDB counts no writes, and so the rows are read

SELECT
    EXISTS (
        SELECT 1 FROM duckdb_triggers()
        WHERE
            database_name = current_database()
            AND schema_name = 'main'
            AND (table_name LIKE '\_yoyo\_%' ESCAPE '\' OR table_name LIKE '\_rung\_%' ESCAPE '\')
            AND trigger_name NOT IN ('_rung_event_keeps_rows', '_rung_event_keeps_values')
    ) AS at_risk,
    concat_ws(
        ' ',
        (SELECT count(*) || '/' || bit_xor(hash(migration)) FROM _yoyo_migration AS migration),
        (SELECT count(*) || '/' || bit_xor(hash(step)) FROM _rung_step AS step),
        (SELECT count(*) || '/' || max(version) FROM _yoyo_version),
        (SELECT count(*) || '/' || max(version) FROM _rung_version),
        (SELECT count(*) FROM _yoyo_log),
        (SELECT count(*) FROM _rung_event),
        (SELECT count(*) FROM duckdb_triggers() WHERE table_name = '_rung_event')
    ) AS digest;
