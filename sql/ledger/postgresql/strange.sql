-- What is strange of ledger tables that belong to another role: whatever runs, with the rights of this one, when they
-- are read or written to; and rows that are somewhere else. Until the transaction ends, nothing can be added to it.

DO $lock$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT c.relname
        FROM pg_class AS c
        WHERE
            c.relnamespace = to_regnamespace(quote_ident(current_setting('rung.schema')))
            AND (c.relname LIKE '\_yoyo\_%' OR c.relname LIKE '\_rung\_%' OR c.relname = 'yoyo_lock')
            AND c.relkind = 'r'
            AND pg_get_userbyid(c.relowner) <> current_user
            AND has_table_privilege(c.oid, 'INSERT')
            AND NOT current_setting('transaction_read_only')::boolean
    LOOP
        EXECUTE format(
            'LOCK TABLE %I.%I IN ROW EXCLUSIVE MODE', current_setting('rung.schema'), found.relname
        );
    END LOOP;
END
$lock$;

WITH part AS (
    SELECT
        c.oid,
        c.relname::text AS table_name,
        c.relkind,
        c.relrowsecurity
    FROM pg_class AS c
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_setting('rung.schema')))
        AND c.relname IN (
            '_yoyo_migration', '_yoyo_log', '_yoyo_version', '_rung_step', '_rung_event', '_rung_version', 'yoyo_lock'
        )
        AND pg_get_userbyid(c.relowner) <> current_user
),

strange (what) AS (
    SELECT 'it is no table: ' || table_name FROM part
    WHERE relkind <> 'r'
    UNION ALL
    SELECT 'row security of ' || table_name FROM part
    WHERE relrowsecurity
    UNION ALL
    SELECT 'trigger ' || t.tgname::text || ' on ' || p.table_name
    FROM part AS p
    INNER JOIN pg_trigger AS t ON p.oid = t.tgrelid
    WHERE
        NOT t.tgisinternal
        -- Ours are not for INSERT, and nothing of ours changes an event or takes it away.
        AND NOT (
            p.table_name = '_rung_event'
            AND t.tgname IN ('_rung_event_keeps_rows', '_rung_event_keeps_values')
            AND (t.tgtype & 4::smallint) = 0::smallint
        )
    UNION ALL
    SELECT 'rule ' || r.rulename::text || ' on ' || p.table_name
    FROM part AS p
    INNER JOIN pg_rewrite AS r ON p.oid = r.ev_class
    WHERE p.relkind = 'r'
    UNION ALL
    SELECT 'default value ' || pg_get_expr(d.adbin, d.adrelid) || ' of ' || p.table_name
    FROM part AS p
    INNER JOIN pg_attrdef AS d ON p.oid = d.adrelid
    WHERE pg_get_expr(d.adbin, d.adrelid) <> '1'
    UNION ALL
    SELECT 'constraint ' || k.conname::text || ' of ' || p.table_name
    FROM part AS p
    INNER JOIN pg_constraint AS k ON p.oid = k.conrelid
    WHERE
        k.contype = 'c'
        AND pg_get_constraintdef(k.oid) NOT IN (
            'CHECK ((operation = ANY (ARRAY[''up''::text, ''down''::text])))',
            'CHECK ((outcome = ANY (ARRAY[''ok''::text, ''failed''::text, ''interrupted''::text])))'
        )
    UNION ALL
    SELECT 'index of an expression on ' || p.table_name
    FROM part AS p
    INNER JOIN pg_index AS i ON p.oid = i.indrelid
    WHERE i.indexprs IS NOT NULL OR i.indpred IS NOT NULL
    UNION ALL
    SELECT 'another table with rows of ' || p.table_name
    FROM part AS p
    INNER JOIN pg_inherits AS h ON p.oid = h.inhparent
    UNION ALL
    -- A domain has checks of its own, and others have casts.
    SELECT 'type ' || y.typname::text || ' of ' || p.table_name || '.' || a.attname::text
    FROM part AS p
    INNER JOIN pg_attribute AS a ON p.oid = a.attrelid
    INNER JOIN pg_type AS y ON a.atttypid = y.oid
    INNER JOIN pg_namespace AS n ON y.typnamespace = n.oid
    WHERE a.attnum > 0 AND n.nspname <> 'pg_catalog'
    UNION ALL
    -- Before PostgreSQL 18, the triggers of a table that refers to this one run with the rights of who deletes here.
    SELECT 'foreign key ' || k.conname::text || ' to ' || p.table_name
    FROM part AS p
    INNER JOIN pg_constraint AS k ON p.oid = k.confrelid
    UNION ALL
    -- To replace its body would leave it to its owner.
    SELECT 'function ' || f.proname::text
    FROM pg_proc AS f
    WHERE
        f.pronamespace = to_regnamespace(quote_ident(current_setting('rung.schema')))
        AND f.proname = '_rung_event_is_append_only'
        AND pg_get_userbyid(f.proowner) <> current_user
        AND NOT EXISTS (
            SELECT 1
            FROM pg_class AS c
            WHERE c.relnamespace = f.pronamespace AND c.relname = '_rung_event' AND c.relowner = f.proowner
        )
)

SELECT what FROM strange
ORDER BY what;
