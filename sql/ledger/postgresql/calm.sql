-- Calm: fails, and with it all that is asked along, unless nobody else has moved the ledger or changed what it is made
--   of since this run last wrote to it: its tables are all there, belong to this role, and nothing of anybody's runs
--   when rows are written to them; yoyo is not at work; and as many steps were taken as this run knows of. No run of
--   yoyo begins until the transaction ends.

LOCK TABLE yoyo_lock IN SHARE ROW EXCLUSIVE MODE;

SELECT
    1 / CASE
        WHEN
            (
                SELECT
                    count(*) = 7
                    AND bool_and(
                        c.relkind = 'r'
                        AND c.relowner = to_regrole(quote_ident(current_user))
                        AND NOT c.relhasrules
                        AND NOT c.relrowsecurity
                        AND NOT c.relhassubclass
                        AND (
                            NOT c.relhastriggers
                            OR NOT EXISTS (
                                SELECT 1
                                FROM pg_trigger AS t
                                WHERE
                                    t.tgrelid = c.oid
                                    AND t.tgname NOT IN ('_rung_event_keeps_rows', '_rung_event_keeps_values')
                            )
                        )
                    )
                FROM pg_class AS c
                WHERE
                    c.relnamespace = to_regnamespace(quote_ident(current_setting('rung.schema')))
                    AND c.relname IN (
                        '_yoyo_migration', '_yoyo_log', '_yoyo_version', '_rung_step', '_rung_event', '_rung_version',
                        'yoyo_lock'
                    )
            )
            AND NOT EXISTS (SELECT 1 FROM yoyo_lock)
            AND (SELECT count(*) FROM _yoyo_log) = $moves
            THEN 1
        ELSE 0
    END AS is_calm;
