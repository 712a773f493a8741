-- Dangling: foreign keys that refer to a table which is not there. SQLite takes them, and refuses every row written
-- later; a table that was renamed away and dropped leaves one behind.

SELECT
    t.name AS child,
    k."table" AS parent
FROM sqlite_schema AS t
INNER JOIN pragma_foreign_key_list(t.name) AS k ON TRUE
WHERE
    t.type = 'table'
    AND NOT EXISTS (
        SELECT 1 FROM sqlite_schema AS p
        WHERE p.type = 'table' AND lower(p.name) = lower(k."table")
    )
GROUP BY t.name, k."table"
ORDER BY t.name, k."table";
