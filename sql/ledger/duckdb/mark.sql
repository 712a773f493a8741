-- Ledger mark: whether anything beside what rung makes itself runs when rows are written to its tables; and what is not
--   the same when a step has written to them.
-- differs: DuckDB counts no writes, and so the rows are read: part by part, which takes a tenth of the time that one
--   query with as many subqueries takes

WITH part (what, how_many, digest) AS (
    SELECT
        'applied',
        count(*),
        bit_xor(hash(migration_hash, migration_id, applied_at_utc))
    FROM _yoyo_migration
    UNION ALL
    SELECT
        'steps',
        count(*),
        bit_xor(hash(
            migration_hash, applied_at_utc, migration_id, forward_checksum, rollback_checksum, verify_checksum,
            rollback_sql, duration_ms, verify_ms, verification, username, hostname, rung_version
        ))
    FROM _rung_step
    UNION ALL
    SELECT
        'version of yoyo',
        count(*),
        max(version)
    FROM _yoyo_version
    UNION ALL
    SELECT
        'version of rung',
        count(*),
        max(version)
    FROM _rung_version
    UNION ALL
    SELECT
        'log',
        count(*),
        NULL
    FROM _yoyo_log
    UNION ALL
    SELECT
        'events',
        count(*),
        NULL
    FROM _rung_event
    UNION ALL
    SELECT
        'triggers of others',
        count(*) FILTER (WHERE trigger_name NOT IN ('_rung_event_keeps_rows', '_rung_event_keeps_values')),
        count(*)
    FROM duckdb_triggers()
    WHERE
        database_name = current_database()
        AND schema_name = 'main'
        AND (table_name LIKE '\_yoyo\_%' ESCAPE '\' OR table_name LIKE '\_rung\_%' ESCAPE '\')
)

SELECT
    bool_or(what = 'triggers of others' AND how_many > 0) AS at_risk,
    string_agg(concat_ws('/', what, how_many, digest), ' ' ORDER BY what) AS digest
FROM part;
