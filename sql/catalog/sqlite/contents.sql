-- Contents: for every table the statement that counts its rows and values and digests them in any order. rung_digest()
-- is the runner's: SQLite has no hash function. AUTOINCREMENT's positions come from a statement without a table's name.

WITH
-- What a virtual table keeps in tables of its own is read through it.
user_table AS (
    SELECT name
    FROM sqlite_schema AS s
    WHERE
        type = 'table'
        AND NOT EXISTS (
            SELECT 1 FROM sqlite_schema AS v
            WHERE v.sql LIKE 'CREATE VIRTUAL %' AND substr(s.name, 1, length(v.name) + 1) = v.name || '_'
        )
        AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
        AND name NOT LIKE '\_yoyo\_%' ESCAPE '\'
        AND name NOT LIKE '\_rung\_%' ESCAPE '\'
        AND name <> 'yoyo_lock'
),

-- The columns that are asked for: all, unless :restricted names some of the table. Hidden ones belong to modules.
wanted AS (
    SELECT
        t.name AS table_name,
        c.name AS column_name,
        c.pk,
        c.cid,
        printf('"%w"', c.name) AS quoted,
        -- As bytes: a text of SQLite need not be one of Python's. Its type goes along.
        printf('CASE typeof("%w") WHEN ''text'' THEN cast("%w" AS BLOB) ELSE "%w" END', c.name, c.name, c.name) AS value
    FROM user_table AS t
    INNER JOIN pragma_table_xinfo(t.name) AS c ON c.hidden <> 1
    WHERE
        NOT EXISTS (
            SELECT 1 FROM json_each(:restricted) AS k
            WHERE k.key = t.name
        )
        OR EXISTS (
            SELECT 1 FROM json_each(:restricted) AS k
            INNER JOIN json_each(k.value) AS v ON c.name = v.value
            WHERE k.key = t.name
        )
    ORDER BY t.name, c.cid
),

-- As texts joined by ||, because a function takes 127 arguments and a table may have 2,000 columns.
part AS (
    SELECT
        table_name,
        count(*) AS width,
        json_group_array(column_name) AS names,
        json_group_array(column_name) FILTER (WHERE pk > 0) AS key_names, -- noqa: LT14
        group_concat(value, ', ') || ', ' || group_concat(printf('typeof(%s)', quoted), ' || ') AS arguments,
        group_concat(printf('quote(%s)', quoted), ' || '','' || ') AS texts,
        group_concat(printf('count(%s)', quoted), ' || '','' || ') AS counts,
        group_concat(printf('json_quote(substr(quote(%s), 1, 200))', quoted), ' || '','' || ') AS samples
    FROM wanted
    GROUP BY table_name
)

SELECT
    p.table_name,
    p.names,
    p.key_names,
    printf(
        'SELECT %Q, count(*), rung_digest(%s), ''['' || %s || '']'','
        || ' (SELECT json_group_array(json(''['' || %s || '']'')) FROM (SELECT * FROM "%w" LIMIT 1001))'
        || ' FROM "%w"',
        p.table_name, CASE WHEN p.width <= 100 THEN p.arguments ELSE p.texts END, p.counts, p.samples, p.table_name,
        p.table_name
    ) AS wording,
    -- Another one is another table, whatever its name.
    (
        SELECT cast(s.rootpage AS TEXT) || s.sql FROM sqlite_schema AS s
        WHERE s.type = 'table' AND s.name = p.table_name
    ) AS stamp
FROM part AS p
UNION ALL
SELECT
    NULL AS table_name,
    NULL AS names,
    NULL AS key_names,
    'SELECT name, seq FROM sqlite_sequence WHERE name NOT LIKE ''\_yoyo\_%'' ESCAPE ''\'''
    || ' AND name NOT LIKE ''\_rung\_%'' ESCAPE ''\''' AS wording,
    NULL AS stamp
FROM sqlite_schema
WHERE name = 'sqlite_sequence';
