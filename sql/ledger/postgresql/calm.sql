-- Calm: fails, and with it all that is asked along, unless nobody else has moved the ledger or changed what it is made
--   of since this run last wrote to it: its tables are all there, belong to this role, and nothing of anybody's runs
--   when rows are written to them; yoyo is not at work; as many steps were taken as this run knows of; and what comes
--   along is read in the encoding in which it is sent. No run of yoyo begins until the transaction ends. Then the
--   ledger's mark, as mark.sql tells it, and the server's clock in milliseconds: a step that can begin at once need not
--   ask for them.
-- allow: sqlfluff.ST05 (each name is looked up by itself)

LOCK TABLE yoyo_lock IN SHARE ROW EXCLUSIVE MODE;

WITH part AS (
    -- One by one, LIMIT 1: each by the catalog's index, also where this is planned while the catalog is still small.
    SELECT
        c.*,
        n.part_name <> 'yoyo_lock' AS is_marked
    FROM
        unnest(
            ARRAY[
                '_yoyo_migration', '_yoyo_log', '_yoyo_version', '_rung_step', '_rung_event', '_rung_version',
                'yoyo_lock'
            ]
        ) AS n (part_name)
    CROSS JOIN LATERAL (
        SELECT
            k.oid,
            k.relname,
            k.relkind,
            k.relowner,
            k.relhasrules,
            k.relrowsecurity,
            k.relhassubclass,
            k.relhastriggers
        FROM pg_class AS k
        WHERE
            k.relname = n.part_name
            AND k.relnamespace = to_regnamespace(quote_ident(current_setting('rung.schema')))
        ORDER BY k.relname
        LIMIT 1
    ) AS c
),

whole AS (
    SELECT
        count(*) = 7
        AND bool_and(
            p.relkind = 'r'
            AND p.relowner = to_regrole(quote_ident(current_user))
            AND NOT p.relhasrules
            AND NOT p.relrowsecurity
            AND NOT p.relhassubclass
            AND (
                NOT p.relhastriggers
                OR NOT EXISTS (
                    SELECT 1
                    FROM pg_trigger AS t
                    WHERE
                        t.tgrelid = p.oid
                        AND t.tgname NOT IN ('_rung_event_keeps_rows', '_rung_event_keeps_values')
                )
            )
        ) AS is_ours,
        sum(
            pg_stat_get_xact_tuples_inserted(p.oid)
            + pg_stat_get_xact_tuples_updated(p.oid)
            + pg_stat_get_xact_tuples_deleted(p.oid)
        ) FILTER (WHERE p.is_marked)::bigint AS written,
        string_agg(
            concat_ws(
                '/',
                p.oid,
                pg_relation_filenode(p.oid),
                CASE
                    WHEN p.relhastriggers
                        THEN (
                            SELECT count(*) FROM pg_trigger AS t
                            WHERE t.tgrelid = p.oid
                        )
                END
            ),
            ' ' ORDER BY p.oid
        ) FILTER (WHERE p.is_marked) AS digest
    FROM part AS p
)

SELECT
    1 / CASE
        WHEN
            w.is_ours
            AND pg_client_encoding() = $encoding
            AND NOT EXISTS (SELECT 1 FROM yoyo_lock)
            AND (SELECT count(*) FROM _yoyo_log) = $moves
            THEN 1
        ELSE 0
    END AS is_calm,
    FALSE AS at_risk,
    w.written,
    w.digest,
    CASE
        WHEN NOT current_setting('track_counts')::boolean
            THEN md5(concat_ws(
                ' ',
                (SELECT string_agg(m::text, ' ' ORDER BY m.migration_hash) FROM _yoyo_migration AS m),
                (SELECT string_agg(s::text, ' ' ORDER BY s.migration_hash) FROM _rung_step AS s),
                (SELECT max(v.version) FROM _yoyo_version AS v),
                (SELECT max(v.version) FROM _rung_version AS v)
            ))
    END AS rows_digest,
    extract(EPOCH FROM clock_timestamp()) * 1000 AS ms
FROM whole AS w;
