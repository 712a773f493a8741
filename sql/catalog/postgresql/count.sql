-- Count: how many objects of each kind there are, of those that the catalog lists and that are no part of another.
-- It counts what objects.sql names, and asks for no definition: that is most of what objects.sql costs.

WITH
here AS (
    SELECT n.oid
    FROM pg_namespace AS n
    WHERE n.nspname = current_schema()
),

-- parent: the table whose name tells whether it is the ledger's; without one, its own name does.
object (rank, kind, parent, class, id) AS (
    SELECT
        1,
        'extension',
        e.extname,
        NULL::regclass,
        NULL::oid
    FROM pg_extension AS e
    WHERE e.extname <> 'plpgsql'
    UNION ALL
    SELECT
        2,
        'type',
        t.typname,
        'pg_type'::regclass,
        t.oid
    FROM pg_type AS t
    INNER JOIN here AS h ON t.typnamespace = h.oid
    LEFT JOIN pg_class AS c ON t.typrelid = c.oid
    WHERE t.typtype IN ('e', 'd') OR (t.typtype = 'c' AND c.relkind = 'c')
    UNION ALL
    SELECT
        CASE c.relkind WHEN 'S' THEN 3 WHEN 'v' THEN 10 WHEN 'm' THEN 10 ELSE 4 END,
        CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END,
        c.relname,
        'pg_class'::regclass,
        c.oid
    FROM pg_class AS c
    INNER JOIN here AS h ON c.relnamespace = h.oid
    WHERE
        c.relkind IN ('r', 'p', 'v', 'm')
        OR (
            c.relkind = 'S' AND NOT EXISTS (
                SELECT 1 FROM pg_depend AS d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i'
            )
        )
    UNION ALL
    SELECT
        7,
        'index',
        t.relname,
        'pg_class'::regclass,
        c.oid
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
        NULL
    FROM pg_statistic_ext AS s
    INNER JOIN here AS h ON s.stxnamespace = h.oid
    UNION ALL
    SELECT
        9,
        'function',
        p.proname,
        'pg_proc'::regclass,
        p.oid
    FROM pg_proc AS p
    INNER JOIN here AS h ON p.pronamespace = h.oid
    UNION ALL
    SELECT
        11,
        'rule',
        c.relname,
        NULL,
        NULL
    FROM pg_rewrite AS r
    INNER JOIN pg_class AS c ON r.ev_class = c.oid
    INNER JOIN here AS h ON c.relnamespace = h.oid
    WHERE r.rulename <> '_RETURN'
    UNION ALL
    SELECT
        12,
        'trigger',
        c.relname,
        'pg_trigger'::regclass,
        t.oid
    FROM pg_trigger AS t
    INNER JOIN pg_class AS c ON t.tgrelid = c.oid
    INNER JOIN here AS h ON c.relnamespace = h.oid
    WHERE NOT t.tgisinternal AND t.tgparentid = 0
    UNION ALL
    SELECT
        14,
        'policy',
        c.relname,
        'pg_policy'::regclass,
        p.oid
    FROM pg_policy AS p
    INNER JOIN pg_class AS c ON p.polrelid = c.oid
    INNER JOIN here AS h ON c.relnamespace = h.oid
)

SELECT
    o.kind,
    count(*) AS how_many
FROM object AS o
WHERE
    NOT EXISTS (
        SELECT 1 FROM pg_depend AS d
        WHERE d.classid = o.class AND d.objid = o.id AND d.deptype = 'e'
    )
    AND o.parent NOT LIKE '\_yoyo\_%'
    AND o.parent NOT LIKE '\_rung\_%'
    AND o.parent <> 'yoyo_lock'
GROUP BY o.rank, o.kind
ORDER BY o.rank, o.kind;
