-- Catalog: every object of the schema with its definition as PostgreSQL writes it; the ledger's own left out, and what
-- an extension brings. A table's columns and constraints, its grants and its comments are objects of their own.

WITH
here AS (
    SELECT n.oid
    FROM pg_namespace AS n
    WHERE n.nspname = current_schema()
),

-- Who has what on an object, the owner left out. Where nothing was granted, the privileges that PostgreSQL gives.
grants (kind, target, acl, owner) AS (
    SELECT
        'SCHEMA',
        'of the schema',
        coalesce(n.nspacl, acldefault('n', n.nspowner)),
        n.nspowner
    FROM pg_namespace AS n
    INNER JOIN here AS h ON n.oid = h.oid
    UNION ALL
    SELECT
        CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
        c.relname,
        coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner)),
        c.relowner
    FROM pg_class AS c
    INNER JOIN here AS h ON c.relnamespace = h.oid
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT
        'COLUMN',
        c.relname || '.' || a.attname,
        a.attacl,
        c.relowner
    FROM pg_attribute AS a
    INNER JOIN pg_class AS c ON a.attrelid = c.oid
    INNER JOIN here AS h ON c.relnamespace = h.oid
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL
    SELECT
        'FUNCTION',
        p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
        coalesce(p.proacl, acldefault('f', p.proowner)),
        p.proowner
    FROM pg_proc AS p
    INNER JOIN here AS h ON p.pronamespace = h.oid
    UNION ALL
    SELECT
        'TYPE',
        t.typname,
        coalesce(t.typacl, acldefault('T', t.typowner)),
        t.typowner
    FROM pg_type AS t
    INNER JOIN here AS h ON t.typnamespace = h.oid
    WHERE t.typtype IN ('e', 'd')
),

object (rank, kind, name, parent, class, id, definition) AS (
    SELECT
        1,
        'extension',
        -- As text: a name of PostgreSQL ends at 63 bytes, and here stands that of a table before that of its column.
        e.extname::text,
        NULL::text,
        NULL::regclass,
        NULL::oid,
        format('CREATE EXTENSION %I SCHEMA %I VERSION %L', e.extname, n.nspname, e.extversion)
    FROM pg_extension AS e
    INNER JOIN pg_namespace AS n ON e.extnamespace = n.oid
    WHERE e.extname <> 'plpgsql'
    UNION ALL
    SELECT
        2,
        'type',
        t.typname,
        NULL,
        'pg_type'::regclass,
        t.oid,
        CASE t.typtype
            WHEN 'e'
                THEN (
                    SELECT
                        format(
                            'CREATE TYPE %I AS ENUM (%s)',
                            t.typname,
                            string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder)
                        )
                    FROM pg_enum AS l
                    WHERE l.enumtypid = t.oid
                )
            WHEN 'd'
                THEN
                    concat_ws(
                        ' ',
                        format('CREATE DOMAIN %I AS %s', t.typname, format_type(t.typbasetype, t.typtypmod)),
                        'DEFAULT ' || t.typdefault,
                        CASE WHEN t.typnotnull THEN 'NOT NULL' END,
                        (
                            SELECT
                                string_agg(
                                    format('CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)),
                                    ' ' ORDER BY k.conname
                                )
                            FROM pg_constraint AS k
                            WHERE k.contypid = t.oid AND k.contype = 'c'
                        )
                    )
            ELSE (
                SELECT
                    format(
                        'CREATE TYPE %I AS (%s)',
                        t.typname,
                        string_agg(
                            quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod),
                            ', ' ORDER BY a.attnum
                        )
                    )
                FROM pg_attribute AS a
                WHERE a.attrelid = t.typrelid AND NOT a.attisdropped
            )
        END
    FROM pg_type AS t
    INNER JOIN here AS h ON t.typnamespace = h.oid
    LEFT JOIN pg_class AS c ON t.typrelid = c.oid
    WHERE t.typtype IN ('e', 'd') OR (t.typtype = 'c' AND c.relkind = 'c')
    UNION ALL
    SELECT
        3,
        'sequence',
        c.relname,
        NULL,
        'pg_class'::regclass,
        c.oid,
        concat_ws(
            ' ',
            format('CREATE SEQUENCE %I AS %s', c.relname, format_type(s.seqtypid, NULL)),
            format('INCREMENT %s MINVALUE %s MAXVALUE %s', s.seqincrement, s.seqmin, s.seqmax),
            format('START %s CACHE %s', s.seqstart, s.seqcache),
            CASE WHEN s.seqcycle THEN 'CYCLE' END,
            (
                SELECT format('OWNED BY %I.%I', t.relname, a.attname)
                FROM pg_depend AS d
                INNER JOIN pg_class AS t ON d.refobjid = t.oid
                INNER JOIN pg_attribute AS a ON d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'a'
            )
        )
    FROM pg_sequence AS s
    INNER JOIN pg_class AS c ON s.seqrelid = c.oid
    INNER JOIN here AS h ON c.relnamespace = h.oid
    WHERE
        NOT EXISTS (
            SELECT 1 FROM pg_depend AS d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i'
        )
    UNION ALL
    SELECT
        4,
        'table',
        c.relname,
        c.relname,
        'pg_class'::regclass,
        c.oid,
        concat_ws(
            ' ',
            format('CREATE %sTABLE %I', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' END, c.relname),
            CASE
                WHEN c.relispartition
                    THEN (
                        SELECT
                            format(
                                'PARTITION OF %s %s', i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid, TRUE)
                            )
                        FROM pg_inherits AS i
                        WHERE i.inhrelid = c.oid
                    )
                ELSE '()' || coalesce((
                    SELECT ' INHERITS (' || string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) || ')'
                    FROM pg_inherits AS i
                    WHERE i.inhrelid = c.oid
                ), '')
            END,
            'PARTITION BY ' || pg_get_partkeydef(c.oid),
            'WITH (' || array_to_string(c.reloptions, ', ') || ')',
            'TABLESPACE ' || (
                SELECT quote_ident(s.spcname) FROM pg_tablespace AS s
                WHERE s.oid = c.reltablespace
            ),
            CASE c.relreplident WHEN 'f' THEN 'REPLICA IDENTITY FULL' WHEN 'n' THEN 'REPLICA IDENTITY NOTHING' END
        )
    FROM pg_class AS c
    INNER JOIN here AS h ON c.relnamespace = h.oid
    WHERE c.relkind IN ('r', 'p')
    UNION ALL
    SELECT
        5,
        'column',
        c.relname || '.' || a.attname,
        c.relname,
        NULL,
        NULL,
        concat_ws(
            ' ',
            format('ALTER TABLE %I ADD COLUMN %I %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod)),
            CASE
                WHEN a.attcollation <> y.typcollation
                    THEN
                        'COLLATE ' || (
                            SELECT quote_ident(l.collname) FROM pg_collation AS l
                            WHERE l.oid = a.attcollation
                        )
            END,
            CASE a.attgenerated WHEN '' THEN 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid, TRUE) END,
            CASE a.attgenerated
                WHEN 's' THEN 'GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid, TRUE) || ') STORED'
                WHEN 'v' THEN 'GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid, TRUE) || ') VIRTUAL'
            END,
            CASE a.attidentity
                WHEN 'a' THEN 'GENERATED ALWAYS AS IDENTITY'
                WHEN 'd' THEN 'GENERATED BY DEFAULT AS IDENTITY'
            END,
            CASE WHEN a.attnotnull THEN 'NOT NULL' END,
            CASE WHEN a.attstorage <> y.typstorage THEN format('/* storage %s */', a.attstorage) END,
            CASE WHEN a.attcompression <> '' THEN format('/* compression %s */', a.attcompression) END,
            CASE WHEN a.attstattarget >= 0 THEN format('/* statistics %s */', a.attstattarget) END,
            '/* options ' || array_to_string(a.attoptions, ', ') || ' */',
            format('/* %s */', row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum))
        )
    FROM pg_attribute AS a
    INNER JOIN pg_class AS c ON a.attrelid = c.oid
    INNER JOIN here AS h ON c.relnamespace = h.oid
    INNER JOIN pg_type AS y ON a.atttypid = y.oid
    LEFT JOIN pg_attrdef AS d ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    -- NOT NULL is shown with its column: since PostgreSQL 18 it is a constraint too.
    SELECT
        6,
        'constraint',
        c.relname || '.' || k.conname,
        c.relname,
        'pg_constraint'::regclass,
        k.oid,
        concat_ws(
            ' ',
            format('ALTER TABLE %I ADD CONSTRAINT %I %s', c.relname, k.conname, pg_get_constraintdef(k.oid, TRUE)),
            CASE WHEN i.indisclustered THEN '/* clustered */' END,
            CASE WHEN i.indisreplident THEN '/* replica identity */' END,
            (
                SELECT min('/* not enforced by every session */') FROM pg_trigger AS g
                WHERE g.tgconstraint = k.oid AND g.tgenabled <> 'O'
            )
        )
    FROM pg_constraint AS k
    INNER JOIN pg_class AS c ON k.conrelid = c.oid
    INNER JOIN here AS h ON c.relnamespace = h.oid
    LEFT JOIN pg_index AS i ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid
    WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.conparentid = 0 AND k.conislocal
    UNION ALL
    SELECT
        7,
        'index',
        c.relname,
        t.relname,
        'pg_class'::regclass,
        c.oid,
        concat_ws(
            ' ',
            pg_get_indexdef(c.oid, 0, TRUE),
            CASE WHEN NOT i.indisvalid AND c.relkind = 'i' THEN '/* INVALID */' END,
            CASE WHEN i.indisclustered THEN '/* clustered */' END,
            CASE WHEN i.indisreplident THEN '/* replica identity */' END,
            (
                SELECT
                    '/* statistics '
                    || string_agg(format('%s of %s', a.attstattarget, a.attname), ', ' ORDER BY a.attnum) || ' */'
                FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attstattarget >= 0
            )
        )
    FROM pg_index AS i
    INNER JOIN pg_class AS c ON i.indexrelid = c.oid
    INNER JOIN pg_class AS t ON i.indrelid = t.oid
    INNER JOIN here AS h ON c.relnamespace = h.oid
    WHERE
        NOT c.relispartition AND NOT EXISTS (
            SELECT 1 FROM pg_constraint AS k
            WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
        )
    UNION ALL
    SELECT
        8,
        'statistics',
        s.stxname,
        NULL,
        NULL,
        NULL,
        pg_get_statisticsobjdef(s.oid)
    FROM pg_statistic_ext AS s
    INNER JOIN here AS h ON s.stxnamespace = h.oid
    UNION ALL
    SELECT
        9,
        'function',
        p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
        NULL,
        'pg_proc'::regclass,
        p.oid,
        CASE p.prokind
            WHEN 'a'
                THEN (
                    SELECT
                        concat_ws(
                            ', ',
                            format(
                                'CREATE AGGREGATE %I(%s) (SFUNC = %s',
                                p.proname,
                                pg_get_function_arguments(p.oid),
                                g.aggtransfn
                            ),
                            'STYPE = ' || format_type(g.aggtranstype, NULL),
                            'FINALFUNC = ' || nullif(g.aggfinalfn::text, '-'),
                            'COMBINEFUNC = ' || nullif(g.aggcombinefn::text, '-'),
                            'INITCOND = ' || quote_literal(g.agginitval)
                        ) || ')'
                    FROM pg_aggregate AS g
                    WHERE g.aggfnoid = p.oid
                )
            ELSE
                replace(
                    pg_get_functiondef(p.oid), format(' %I.%I(', current_schema(), p.proname), format(' %I(', p.proname)
                )
        END
    FROM pg_proc AS p
    INNER JOIN here AS h ON p.pronamespace = h.oid
    UNION ALL
    SELECT
        10,
        CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END,
        c.relname,
        NULL,
        'pg_class'::regclass,
        c.oid,
        concat_ws(
            ' ',
            format('CREATE %sVIEW %I', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' END, c.relname),
            'WITH (' || array_to_string(c.reloptions, ', ') || ')',
            'AS' || chr(10) || rtrim(pg_get_viewdef(c.oid, TRUE), ';'),
            CASE WHEN NOT c.relispopulated THEN 'WITH NO DATA' END
        )
    FROM pg_class AS c
    INNER JOIN here AS h ON c.relnamespace = h.oid
    WHERE c.relkind IN ('v', 'm')
    UNION ALL
    SELECT
        11,
        'rule',
        c.relname || '.' || r.rulename,
        c.relname,
        NULL,
        NULL,
        concat_ws(
            ' ',
            pg_get_ruledef(r.oid, TRUE),
            CASE r.ev_enabled
                WHEN 'D' THEN '/* disabled */' WHEN 'R' THEN '/* replica */' WHEN 'A' THEN '/* always */'
            END
        )
    FROM pg_rewrite AS r
    INNER JOIN pg_class AS c ON r.ev_class = c.oid
    INNER JOIN here AS h ON c.relnamespace = h.oid
    WHERE r.rulename <> '_RETURN'
    UNION ALL
    SELECT
        12,
        'trigger',
        c.relname || '.' || t.tgname,
        c.relname,
        'pg_trigger'::regclass,
        t.oid,
        concat_ws(
            ' ',
            pg_get_triggerdef(t.oid, TRUE),
            CASE t.tgenabled
                WHEN 'D' THEN '/* disabled */' WHEN 'R' THEN '/* replica */' WHEN 'A' THEN '/* always */'
            END
        )
    FROM pg_trigger AS t
    INNER JOIN pg_class AS c ON t.tgrelid = c.oid
    INNER JOIN here AS h ON c.relnamespace = h.oid
    WHERE NOT t.tgisinternal AND t.tgparentid = 0
    UNION ALL
    SELECT
        13,
        'row security',
        c.relname,
        c.relname,
        NULL,
        NULL,
        concat_ws(
            '; ',
            CASE WHEN c.relrowsecurity THEN format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', c.relname) END,
            CASE WHEN c.relforcerowsecurity THEN format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', c.relname) END
        )
    FROM pg_class AS c
    INNER JOIN here AS h ON c.relnamespace = h.oid
    WHERE c.relrowsecurity OR c.relforcerowsecurity
    UNION ALL
    SELECT
        14,
        'policy',
        c.relname || '.' || p.polname,
        c.relname,
        'pg_policy'::regclass,
        p.oid,
        concat_ws(
            ' ',
            format('CREATE POLICY %I ON %I', p.polname, c.relname),
            CASE WHEN p.polpermissive THEN 'AS PERMISSIVE' ELSE 'AS RESTRICTIVE' END,
            CASE p.polcmd
                WHEN 'r' THEN 'FOR SELECT' WHEN 'a' THEN 'FOR INSERT' WHEN 'w' THEN 'FOR UPDATE' WHEN
                    'd'
                    THEN 'FOR DELETE'
                ELSE 'FOR ALL'
            END,
            'TO ' || (
                SELECT string_agg(coalesce(quote_ident(r.rolname), 'PUBLIC'), ', ' ORDER BY r.rolname)
                FROM unnest(p.polroles) AS g (role_id)
                LEFT JOIN pg_roles AS r ON g.role_id = r.oid
            ),
            'USING (' || pg_get_expr(p.polqual, p.polrelid, TRUE) || ')',
            'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid, TRUE) || ')'
        )
    FROM pg_policy AS p
    INNER JOIN pg_class AS c ON p.polrelid = c.oid
    INNER JOIN here AS h ON c.relnamespace = h.oid
    UNION ALL
    SELECT
        15,
        'grant',
        lower(g.kind) || ' ' || g.target || ' to ' || coalesce(r.rolname, 'public'),
        split_part(g.target, '.', 1),
        NULL,
        NULL,
        format(
            'GRANT %s ON %s %s TO %s',
            string_agg(
                x.privilege_type
                || CASE g.kind WHEN 'COLUMN' THEN format(' (%I)', split_part(g.target, '.', 2)) ELSE '' END
                || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END,
                ', ' ORDER BY x.privilege_type
            ),
            CASE g.kind WHEN 'COLUMN' THEN 'TABLE' ELSE g.kind END,
            CASE g.kind WHEN 'COLUMN' THEN split_part(g.target, '.', 1) ELSE g.target END,
            coalesce(quote_ident(r.rolname), 'PUBLIC')
        )
    FROM grants AS g
    CROSS JOIN LATERAL aclexplode(g.acl) AS x
    LEFT JOIN pg_roles AS r ON x.grantee = r.oid
    WHERE x.grantee <> g.owner
    GROUP BY g.kind, g.target, r.rolname
    UNION ALL
    SELECT
        16,
        'default privileges',
        pg_get_userbyid(d.defaclrole) || ' ' || (d.defaclobjtype)::text || ' to ' || coalesce(r.rolname, 'public'),
        NULL,
        NULL,
        NULL,
        string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type)
    FROM pg_default_acl AS d
    INNER JOIN here AS h ON d.defaclnamespace = h.oid
    CROSS JOIN LATERAL aclexplode(d.defaclacl) AS x
    LEFT JOIN pg_roles AS r ON x.grantee = r.oid
    GROUP BY d.defaclrole, d.defaclobjtype, r.rolname
),

ours AS (
    SELECT o.*
    FROM object AS o
    WHERE
        NOT EXISTS (
            SELECT 1 FROM pg_depend AS d
            WHERE d.classid = o.class AND d.objid = o.id AND d.deptype = 'e'
        )
        AND coalesce(o.parent, o.name) NOT LIKE '\_yoyo\_%'
        AND coalesce(o.parent, o.name) NOT LIKE '\_rung\_%'
        AND coalesce(o.parent, o.name) <> 'yoyo_lock'
),

with_comments AS (
    SELECT
        o.rank,
        o.kind,
        o.name,
        o.definition
    FROM ours AS o
    UNION ALL
    SELECT
        17,
        'comment',
        o.kind || ' ' || o.name,
        format(
            'COMMENT ON %s %s IS %L',
            upper(o.kind),
            CASE
                WHEN o.kind IN ('constraint', 'trigger', 'policy')
                    THEN format('%I ON %I', substr(o.name, length(o.parent) + 2), o.parent)
                ELSE o.name
            END,
            d.description
        )
    FROM ours AS o
    INNER JOIN pg_description AS d ON o.class = d.classoid AND o.id = d.objoid AND d.objsubid = 0
    UNION ALL
    SELECT
        17,
        'comment',
        'column ' || o.name || '.' || a.attname,
        format('COMMENT ON COLUMN %I.%I IS %L', o.name, a.attname, d.description)
    FROM ours AS o
    INNER JOIN pg_description AS d ON d.classoid = 'pg_class'::regclass AND o.id = d.objoid AND d.objsubid > 0
    INNER JOIN pg_attribute AS a ON d.objoid = a.attrelid AND d.objsubid = a.attnum
    WHERE o.kind IN ('table', 'view', 'materialized view')
)

SELECT
    kind,
    name,
    definition
FROM with_comments
ORDER BY
    rank,
    kind,
    name COLLATE "C";
