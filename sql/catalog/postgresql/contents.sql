-- Contents: for every table the statement that counts its rows and values and digests them in any order; the last one,
-- with no table's name, is of the sequences' positions. A partitioned table is read as a whole. A policy that would
-- hide rows is an error here, not a smaller number.

SELECT set_config('row_security', 'off', TRUE);

WITH
given AS (
    SELECT cast($restricted AS jsonb) AS restricted
),

relation AS (
    SELECT
        c.oid,
        CASE WHEN n.nspname = current_schema() THEN c.relname::text ELSE n.nspname || '.' || c.relname END AS shown,
        CASE c.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END || format('%I.%I', n.nspname, c.relname) AS source
    FROM pg_class AS c
    INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
    WHERE
        c.relkind IN ('r', 'p')
        AND NOT c.relispartition
        AND c.relpersistence <> 't'
        AND n.nspname <> 'information_schema'
        AND n.nspname NOT LIKE 'pg\_%'
        AND c.relname NOT LIKE '\_yoyo\_%'
        AND c.relname NOT LIKE '\_rung\_%'
        AND c.relname <> 'yoyo_lock'
),

-- The columns that are asked for: all, unless $restricted names some of the table.
wanted AS (
    SELECT
        r.oid,
        a.attnum,
        a.attname,
        n.nspname = 'pg_catalog' AS is_own
    FROM relation AS r
    INNER JOIN pg_attribute AS a ON r.oid = a.attrelid
    INNER JOIN pg_type AS y ON a.atttypid = y.oid
    INNER JOIN pg_namespace AS n ON y.typnamespace = n.oid
    CROSS JOIN given AS g
    WHERE
        a.attnum > 0
        AND NOT a.attisdropped
        AND coalesce(jsonb_exists(g.restricted -> r.shown, a.attname::text), TRUE)
),

part AS (
    SELECT
        oid,
        jsonb_agg(attname ORDER BY attnum) AS names,
        string_agg(format('%I', attname), ', ' ORDER BY attnum) AS arguments,
        string_agg(format('count(r.%I)', attname), ', ' ORDER BY attnum) AS counts,
        string_agg(
            format(
                -- A cast of somebody's type may be a function of his, which would run with the rights of this role.
                CASE
                    WHEN is_own THEN 'left(s.%1$I::text, 200)'
                    ELSE 'CASE num_nonnulls(s.%1$I) WHEN 1 THEN left(format(''%%s'', s.%1$I), 200) END'
                END,
                attname
            ),
            ', ' ORDER BY attnum
        ) AS samples
    FROM wanted
    GROUP BY oid
)

SELECT
    r.shown AS table_name,
    coalesce(p.names, '[]') AS names,
    coalesce((
        SELECT jsonb_agg(a.attname ORDER BY array_position(k.conkey, a.attnum))
        FROM pg_constraint AS k
        INNER JOIN pg_attribute AS a ON k.conrelid = a.attrelid AND a.attnum = any(k.conkey)
        WHERE k.conrelid = r.oid AND k.contype = 'p'
    ), '[]') AS key_names,
    format(
        'SELECT %L, count(*), coalesce(sum(hashtextextended(r::text, 0)), 0)::text, to_json(ARRAY[%s]::bigint[])::text,'
        ' (SELECT json_agg(v)::text FROM (SELECT ARRAY[%s]::text[] AS v FROM (SELECT * FROM %s LIMIT 1001) AS s) AS t)'
        ' FROM (SELECT %s FROM %s) AS r',
        r.shown, p.counts, p.samples, r.source, p.arguments, r.source
    ) AS wording,
    -- What changes when a table's rows are written anew or read otherwise, though no row is counted as written.
    (
        SELECT md5(string_agg(concat_ws(' ', t.relid, pg_relation_filenode(t.relid)), ',' ORDER BY t.relid))
        FROM pg_partition_tree(r.oid) AS t
    ) || (
        SELECT md5(string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod)), ',' ORDER BY a.attnum))
        FROM pg_attribute AS a
        WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    ) AS stamp
FROM relation AS r
LEFT JOIN part AS p ON r.oid = p.oid
UNION ALL
SELECT
    NULL AS table_name,
    NULL AS column_names,
    NULL AS key_names,
    -- Where it stands: the number before the one that it gives next, if its steps were one.
    string_agg(
        format(
            'SELECT %L, last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM %I.%I',
            CASE WHEN n.nspname = current_schema() THEN c.relname::text ELSE n.nspname || '.' || c.relname END,
            n.nspname, c.relname
        ),
        ' UNION ALL '
    ) AS wording,
    NULL AS stamp
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE
    c.relkind = 'S'
    AND c.relpersistence <> 't'
    AND c.relname NOT LIKE '\_yoyo\_%'
    AND c.relname NOT LIKE '\_rung\_%'
HAVING count(*) > 0;
