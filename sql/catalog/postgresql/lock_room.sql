-- Room for locks: how many locks it takes to drop everything in the schema, each part of a table among it; how many the
--   server has room for, and how many of these max_locks_per_transaction gives for each of so many processes.
--   (PostgreSQL 15, 20.12 Lock Management)

WITH place AS (
    SELECT cast(to_regnamespace(quote_ident(current_setting('rung.schema'))) AS oid) AS schema_id
),

member AS (
    SELECT
        c.oid,
        c.reltoastrelid
    FROM pg_class AS c
    INNER JOIN place AS p ON c.relnamespace = p.schema_id
),

part AS (
    SELECT count(*) + 2 * count(nullif(m.reltoastrelid, 0)) AS locks
    FROM member AS m
    UNION ALL
    SELECT count(*) FROM pg_attrdef AS d
    INNER JOIN member AS m ON d.adrelid = m.oid
    UNION ALL
    SELECT count(*) FROM pg_trigger AS t
    INNER JOIN member AS m ON t.tgrelid = m.oid
    UNION ALL
    SELECT count(*) FROM pg_rewrite AS r
    INNER JOIN member AS m ON r.ev_class = m.oid
    UNION ALL
    SELECT count(*) FROM pg_constraint AS k
    INNER JOIN place AS p ON k.connamespace = p.schema_id
    UNION ALL
    SELECT count(*) FROM pg_type AS y
    INNER JOIN place AS p ON y.typnamespace = p.schema_id
    UNION ALL
    SELECT count(*) FROM pg_proc AS f
    INNER JOIN place AS p ON f.pronamespace = p.schema_id
),

setting AS (
    SELECT cast(current_setting(s.setting_name) AS bigint) AS processes
    FROM unnest(
        ARRAY[
            'max_connections', 'max_prepared_transactions', 'autovacuum_max_workers', 'max_worker_processes',
            'max_wal_senders'
        ]
    ) AS s (setting_name)
)

SELECT
    cast((SELECT sum(p.locks) FROM part AS p) AS bigint) AS to_drop,
    cast((sum(s.processes) + 1) * cast(current_setting('max_locks_per_transaction') AS bigint) AS bigint) AS room,
    cast(sum(s.processes) + 1 AS bigint) AS per_setting
FROM setting AS s;
