-- Ledger mark: whether anything beside what rung makes itself runs when rows are written to its tables; and what is not
--   the same when a step has written to them.
-- differs: PostgreSQL counts what a transaction writes, so that this costs as much with ten steps as with ten thousand;
--   where that is switched off, the rows are read
-- allow: sqlfluff.ST05 (each name is looked up by itself)

SELECT
    bool_or(
        c.relhasrules
        OR (
            c.relhastriggers
            AND EXISTS (
                SELECT 1
                FROM pg_trigger AS t
                WHERE
                    t.tgrelid = c.oid
                    AND NOT t.tgisinternal
                    AND t.tgname NOT IN ('_rung_event_keeps_rows', '_rung_event_keeps_values')
            )
        )
    ) AS at_risk,
    sum(
        pg_stat_get_xact_tuples_inserted(c.oid)
        + pg_stat_get_xact_tuples_updated(c.oid)
        + pg_stat_get_xact_tuples_deleted(c.oid)
    )::bigint AS written,
    string_agg(
        concat_ws(
            '/',
            c.oid,
            pg_relation_filenode(c.oid),
            CASE
                WHEN c.relhastriggers
                    THEN (
                        SELECT count(*) FROM pg_trigger AS t
                        WHERE t.tgrelid = c.oid
                    )
            END
        ),
        ' ' ORDER BY c.oid
    ) AS digest,
    CASE
        WHEN NOT current_setting('track_counts')::boolean
            THEN md5(concat_ws(
                ' ',
                (SELECT string_agg(m::text, ' ' ORDER BY m.migration_hash) FROM _yoyo_migration AS m),
                (SELECT string_agg(s::text, ' ' ORDER BY s.migration_hash) FROM _rung_step AS s),
                (SELECT max(v.version) FROM _yoyo_version AS v),
                (SELECT max(v.version) FROM _rung_version AS v)
            ))
    END AS rows_digest
FROM
    unnest(
        ARRAY['_yoyo_migration', '_yoyo_log', '_yoyo_version', '_rung_step', '_rung_event', '_rung_version']
    ) AS n (part_name)
-- One by one, LIMIT 1: each by the catalog's index, also where this is planned while the catalog is still small.
CROSS JOIN LATERAL (
    SELECT
        k.oid,
        k.relhasrules,
        k.relhastriggers
    FROM pg_class AS k
    WHERE
        k.relname = n.part_name
        AND k.relnamespace = to_regnamespace(quote_ident(current_setting('rung.schema')))
    ORDER BY k.relname
    LIMIT 1
) AS c;
