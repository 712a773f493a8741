-- Uses: statements that the engine compiles as long as what a view or a trigger reads and writes is there.
-- SQLite lets a table go that a view or a trigger of another table needs, and complains when that is used.

WITH
wording AS (
    SELECT
        'EXPLAIN INSERT INTO "%w" DEFAULT VALUES' AS words,
        0 AS sets

    UNION ALL

    SELECT
        'EXPLAIN DELETE FROM "%w"' AS words,
        0 AS sets

    UNION ALL

    SELECT
        'EXPLAIN UPDATE "%w" SET %s' AS words,
        1 AS sets
),

-- Compiling a statement compiles the triggers that it would fire.
triggered AS (
    SELECT
        t.name,
        group_concat(printf('"%w" = "%w"', c.name, c.name), ', ') AS sets
    FROM sqlite_schema AS t
    CROSS JOIN pragma_table_xinfo(t.name) AS c
    WHERE
        t.type = 'table'
        AND c.hidden = 0
        AND EXISTS (
            SELECT 1 FROM sqlite_schema AS r
            WHERE r.type = 'trigger' AND r.tbl_name = t.name
        )
    GROUP BY t.name
)

SELECT
    'view' AS kind,
    v.name AS object_name,
    printf('EXPLAIN SELECT * FROM "%w"', v.name) AS asked
FROM sqlite_schema AS v
WHERE v.type = 'view'

UNION ALL

SELECT
    'table' AS kind,
    t.name AS object_name,
    printf(w.words, t.name, t.sets) AS asked
FROM triggered AS t
CROSS JOIN wording AS w
ORDER BY kind, object_name, asked;
