-- Ledger mark: whether anything beside what rung makes itself runs when rows are written to its tables; and what is not
--   the same when a step has written to them.
-- differs: DuckDB counts no writes, and so the rows are read

WITH made AS (
    SELECT trigger_name
    FROM duckdb_triggers()
    WHERE
        database_name = current_database()
        AND schema_name = 'main'
        AND (table_name LIKE '\_yoyo\_%' ESCAPE '\' OR table_name LIKE '\_rung\_%' ESCAPE '\')
),

ours AS (
    SELECT trigger_name
    FROM made
    WHERE trigger_name IN ('_rung_event_keeps_rows', '_rung_event_keeps_values')
)

SELECT
    (SELECT count(*) FROM made) > (SELECT count(*) FROM ours) AS at_risk,
    concat_ws(
        ' ',
        (SELECT count(*) FROM made),
        (SELECT count(*) || '/' || bit_xor(hash(migration_hash, migration_id, applied_at_utc)) FROM _yoyo_migration),
        (
            SELECT
                count(*) || '/' || bit_xor(hash(
                    migration_hash, applied_at_utc, migration_id, forward_checksum, rollback_checksum, verify_checksum,
                    rollback_sql, duration_ms, verify_ms, verification, username, hostname, rung_version
                ))
            FROM _rung_step
        ),
        (SELECT count(*) || '/' || max(version) FROM _yoyo_version),
        (SELECT count(*) || '/' || max(version) FROM _rung_version),
        (SELECT count(*) FROM _yoyo_log),
        (SELECT count(*) FROM _rung_event)
    ) AS digest;
